package dev.tenon.formats.onnx;

import dev.tenon.graph.Graph;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names of a graph's values in an ONNX file, where a subgraph sees the enclosing graphs' names
/// and must not take them again.
final class ExportNames {
    private final @Nullable ExportNames enclosing;
    private final Map<Value, String> names = new IdentityHashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Value> constants = new HashMap<>();
    private final Set<Value> enclosed = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<String> outputs = new ArrayList<>();
    private final List<Value> formals;

    private ExportNames(Graph graph, @Nullable ExportNames enclosing, List<Value> captured) {
        this.enclosing = enclosing;
        int own = graph.inputs().size() - captured.size();
        this.formals = graph.inputs().subList(0, own);
        for (int i = 0; i < captured.size(); i++) {
            var outer = Objects.requireNonNull(enclosing).of(captured.get(i));
            names.put(graph.inputs().get(own + i), outer);
        }
        formals.forEach(this::name);
        nameOutputs(graph);
        for (var node : graph.nodes()) {
            if (node.op() instanceof Constant) {
                nameConstant(node.output());
            } else {
                node.outputs().stream().filter(Value::isPresent).forEach(this::name);
            }
        }
    }

    static ExportNames main(Graph graph) {
        return new ExportNames(graph, null, List.of());
    }

    /// @param captured the values that the node passes to the subgraph's last inputs
    ExportNames subgraph(Graph subgraph, List<Value> captured) {
        return new ExportNames(subgraph, this, captured);
    }

    /// Results keep their names; what cannot take the name of a result is copied to it: inputs,
    /// captures, and what is a result under another name already.
    private void nameOutputs(Graph graph) {
        for (var output : graph.outputs()) {
            var known = names.get(output.value());
            if (formals.contains(output.value()) && output.name().equals(known)) {
                outputs.add(known);
                continue;
            }
            var name = fresh(output.name());
            taken.add(name);
            outputs.add(name);
            names.putIfAbsent(output.value(), name);
        }
    }

    private void name(Value value) {
        if (!names.containsKey(value)) {
            var name = fresh(value.name());
            names.put(value, name);
            taken.add(name);
        }
    }

    /// A constant that an enclosing graph has under the same name is referred to, not written
    /// again.
    private void nameConstant(Value value) {
        var outer =
                enclosing == null || names.containsKey(value)
                        ? null
                        : enclosing.constant(value.name());
        var tensor = value.constant();
        if (outer != null && tensor != null && outer.constant() == tensor) {
            names.put(value, Objects.requireNonNull(enclosing).nameAnywhere(outer));
            enclosed.add(value);
            return;
        }
        name(value);
        constants.put(value.name(), value);
    }

    private @Nullable Value constant(String name) {
        var own = constants.get(name);
        return own != null || enclosing == null ? own : enclosing.constant(name);
    }

    private String nameAnywhere(Value value) {
        var name = names.get(value);
        return name != null ? name : Objects.requireNonNull(enclosing).nameAnywhere(value);
    }

    private boolean isTaken(String name) {
        return taken.contains(name) || enclosing != null && enclosing.isTaken(name);
    }

    private String fresh(String like) {
        if (!isTaken(like)) {
            return like;
        }
        int suffix = 1;
        while (isTaken(like + "_" + suffix)) {
            suffix++;
        }
        return like + "_" + suffix;
    }

    /// The name of a value; empty where one is left out.
    String of(Value value) {
        return value.isPresent() ? Objects.requireNonNull(names.get(value)) : "";
    }

    /// The name of a result; another than its value's where the value must be copied.
    String ofOutput(int index) {
        return outputs.get(index);
    }

    /// Whether an enclosing graph holds this constant already.
    boolean isEnclosing(Value constant) {
        return enclosed.contains(constant);
    }

    /// The graph's inputs that are no captures.
    List<Value> formals() {
        return formals;
    }
}
