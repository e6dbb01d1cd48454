package dev.tenon.graph;

import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Builds a graph node by node; the types of a node's outputs are inferred when it is added.
public final class GraphBuilder {
    private final String name;
    private final List<Value> inputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Graph.Output> outputs = new ArrayList<>();
    private final Map<String, String> metadata = new HashMap<>();
    private final Names valueNames = new Names();
    private final Names nodeNames = new Names();

    GraphBuilder(String name) {
        this.name = name;
    }

    /// Adds an input.
    ///
    /// @throws GraphException when a value of this name exists
    public Value input(String inputName, Type type) {
        claim(inputName);
        var value = new Value(inputName, type, null, null);
        inputs.add(value);
        return value;
    }

    /// Adds a constant.
    public Value constant(String valueName, Tensor tensor) {
        return add(new Constant(tensor), valueName, List.of(), List.of(valueName)).getFirst();
    }

    public Value constant(Tensor tensor) {
        return constant(freshValueName("const"), tensor);
    }

    /// Adds a node with one output, named after the operator.
    public Value add(Op op, Value... nodeInputs) {
        return add(op, op.def().name(), Arrays.asList(nodeInputs), 1).getFirst();
    }

    /// Adds a node whose outputs are named after it.
    public List<Value> add(Op op, String nodeName, List<Value> nodeInputs, int outputCount) {
        var names = new ArrayList<String>();
        for (int i = 0; i < outputCount; i++) {
            names.add(freshValueName(outputCount == 1 ? nodeName : nodeName + "_" + i));
        }
        return add(op, nodeName, nodeInputs, names);
    }

    /// Adds a node.
    ///
    /// @param nodeName its name; made unique when taken
    /// @param nodeInputs [Value#NONE] where an optional input is left out
    /// @param outputNames the empty string where an optional output is left out
    /// @return the outputs, in the order of their names
    /// @throws GraphException when an output's name is taken, or the types do not fit the operator
    public List<Value> add(
            Op op, String nodeName, List<Value> nodeInputs, List<String> outputNames) {
        var unique = nodeNames.like(nodeName);
        nodeNames.claim(unique);
        var node = Inference.node(op, unique, nodeInputs, outputNames);
        outputNames.stream().filter(n -> !n.isEmpty()).forEach(this::claim);
        nodes.add(node);
        return node.outputs();
    }

    /// Adds a finished node, such as one of another version of the same graph.
    public void add(Node node) {
        nodeNames.claim(node.name());
        node.outputs().stream().filter(Value::isPresent).forEach(o -> claim(o.name()));
        nodes.add(node);
    }

    public void output(String outputName, Value value) {
        if (outputs.stream().anyMatch(o -> o.name().equals(outputName))) {
            throw new GraphException(Problem.of("two outputs have the same name").node(outputName));
        }
        outputs.add(new Graph.Output(outputName, value));
    }

    /// Makes a value a result under its own name.
    public void output(Value value) {
        output(value.name(), value);
    }

    public void metadata(String key, String text) {
        metadata.put(key, text);
    }

    /// Whether a value is an input of the graph.
    public boolean isInput(Value value) {
        return inputs.contains(value);
    }

    /// Whether a value is a result already.
    public boolean isOutput(Value value) {
        return outputs.stream().anyMatch(o -> o.value() == value);
    }

    /// A name that no value has yet, like the given one.
    public String freshValueName(String like) {
        return valueNames.like(like);
    }

    private void claim(String valueName) {
        if (!valueNames.claim(valueName)) {
            throw new GraphException(Problem.of("two values have the same name").node(valueName));
        }
    }

    public Graph build() {
        return new Graph(name, inputs, nodes, outputs, metadata);
    }
}
