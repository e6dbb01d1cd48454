package dev.tenon.graph;

import dev.tenon.graph.op.control.If;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The graphs among an operator's attributes.
public final class Subgraphs {
    private static final ClassValue<Boolean> HAS_GRAPHS =
            new ClassValue<>() {
                @Override
                protected Boolean computeValue(Class<?> type) {
                    return type.isRecord()
                            && Arrays.stream(type.getRecordComponents())
                                    .anyMatch(c -> c.getType() == Graph.class);
                }
            };

    private Subgraphs() {}

    /// Whether an operator has subgraphs.
    public static boolean in(Op op) {
        return HAS_GRAPHS.get(op.getClass());
    }

    /// The subgraphs by the names of their components, in order.
    public static SequencedMap<String, Graph> of(Op op) {
        var graphs = new LinkedHashMap<String, Graph>();
        if (in(op)) {
            for (var component : op.getClass().getRecordComponents()) {
                if (RecordAttributes.get(op, component) instanceof Graph graph) {
                    graphs.put(component.getName(), graph);
                }
            }
        }
        return graphs;
    }

    /// How many of the inputs of a node are captures; they are its last ones, and the last ones of
    /// each of its subgraphs.
    public static int captures(Node node) {
        if (node.op() instanceof If) {
            return node.inputs().size() - 1;
        }
        if (in(node.op())) {
            for (var component : node.op().getClass().getRecordComponents()) {
                if (component.getName().equals("captures")
                        && RecordAttributes.get(node.op(), component) instanceof Integer captures) {
                    return captures;
                }
            }
        }
        return 0;
    }

    /// The operator with each subgraph replaced; the same operator when none changes.
    public static Op map(Op op, Function<Graph, Graph> function) {
        var changed = changed(op, function);
        boolean same = changed.entrySet().stream().allMatch(e -> e.getKey() == e.getValue());
        return same ? op : with(op, changed, null);
    }

    /// The operator with each subgraph replaced by one with another number of captures.
    public static Op map(Op op, Function<Graph, Graph> function, int captures) {
        return with(op, changed(op, function), captures);
    }

    private static Map<Graph, Graph> changed(Op op, Function<Graph, Graph> function) {
        var changed = new LinkedHashMap<Graph, Graph>();
        of(op).values().forEach(g -> changed.computeIfAbsent(g, function));
        return changed;
    }

    /// The number of captures stands in the component `captures`, where there is one.
    private static Op with(Op op, Map<Graph, Graph> changed, @Nullable Integer captures) {
        return Ops.make(
                op.def(),
                component -> {
                    var value = RecordAttributes.get(op, component);
                    return switch (value) {
                        case Graph graph -> changed.get(graph);
                        case Integer _
                                when captures != null && component.getName().equals("captures") ->
                                captures;
                        case null, default -> value;
                    };
                });
    }
}
