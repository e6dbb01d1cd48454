package dev.tenon.testkit;

import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An operator on some inputs.
///
/// @param inputs null where one is left out
/// @param outputs how many outputs are asked for
public record OpCase(Op op, List<@Nullable Tensor> inputs, int outputs) {
    public OpCase {
        inputs = Collections.unmodifiableList(new ArrayList<>(inputs));
    }

    /// A graph of the operator alone, whose outputs are the operator's.
    ///
    /// @param isConstant which of the inputs are constants of the graph
    /// @param type the types of the others
    /// @throws dev.tenon.base.GraphException when the operator does not take the inputs
    public Graph graph(Predicate<Tensor> isConstant, BiFunction<Integer, Tensor, Type> type) {
        var builder = Graph.builder("case");
        var values = new ArrayList<Value>();
        for (int i = 0; i < inputs.size(); i++) {
            var tensor = inputs.get(i);
            if (tensor == null) {
                values.add(Value.NONE);
            } else if (isConstant.test(tensor)) {
                values.add(builder.constant("x" + i, tensor));
            } else {
                values.add(builder.input("x" + i, type.apply(i, tensor)));
            }
        }
        builder.add(op, "node", values, outputs).forEach(builder::output);
        return builder.build();
    }

    /// What that graph takes.
    public List<Datum> data(Predicate<Tensor> isConstant) {
        var data = new ArrayList<Datum>();
        for (var tensor : inputs) {
            if (tensor != null && !isConstant.test(tensor)) {
                data.add(tensor);
            }
        }
        return data;
    }
}
