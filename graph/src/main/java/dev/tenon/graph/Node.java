package dev.tenon.graph;

import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import java.util.List;

/// One application of an operator; compared by identity.
///
/// Inputs and outputs that are left out are [Value#NONE].
public final class Node {
    private final String name;
    private final Op op;
    private final List<Value> inputs;
    private final List<Value> outputs;
    private final boolean inferred;

    /// @param inferred whether the outputs say all that inference tells from these inputs
    Node(String name, Op op, List<Value> inputs, List<Value> outputs, boolean inferred) {
        this.name = name;
        this.op = op;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.inferred = inferred;
    }

    /// A name for people and errors; unique in its graph.
    public String name() {
        return name;
    }

    public Op op() {
        return op;
    }

    public List<Value> inputs() {
        return inputs;
    }

    public List<Value> outputs() {
        return outputs;
    }

    /// The input at an index, [Value#NONE] when it is left out.
    public Value input(int index) {
        return index < inputs.size() ? inputs.get(index) : Value.NONE;
    }

    /// The only output.
    ///
    /// @throws GraphException when there is not exactly one
    public Value output() {
        if (outputs.size() != 1) {
            throw new GraphException(
                    Problem.of("not one output")
                            .op(op.def().name())
                            .node(name)
                            .expected(1)
                            .got(outputs.size()));
        }
        return outputs.getFirst();
    }

    /// Whether inference has nothing to add: the outputs say all that it tells from the inputs.
    boolean isInferred() {
        return inferred;
    }

    /// The same node reading other inputs; the outputs are the same values.
    public Node withInputs(List<Value> newInputs) {
        return new Node(name, op, newInputs, outputs, false);
    }

    @Override
    public String toString() {
        return outputs + " = " + op.def().name() + inputs;
    }
}
