package dev.tenon.graph;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Prints the text form of a graph; see [TextForm].
final class TextPrinter {
    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();
    private int depth;

    String print(Graph graph) {
        graph(graph);
        return out.append('\n').toString();
    }

    String print(Op op) {
        op(op);
        return out.toString();
    }

    private void op(Op op) {
        out.append(TextScanner.name(op.def().name()));
        attributes(op);
    }

    private void graph(Graph graph) {
        out.append("graph ").append(TextScanner.name(graph.name()));
        out.append(
                graph.inputs().stream()
                        .map(TextPrinter::declared)
                        .collect(Collectors.joining(", ", "(", ")")));
        out.append(
                graph.outputs().stream()
                        .map(TextPrinter::output)
                        .collect(Collectors.joining(", ", " -> (", ")")));
        out.append(" {");
        depth++;
        for (var entry : new TreeMap<>(graph.metadata()).entrySet()) {
            line();
            out.append("metadata ").append(TextScanner.quote(entry.getKey()));
            out.append(" = ").append(TextScanner.quote(entry.getValue()));
        }
        for (var node : graph.nodes()) {
            line();
            node(node);
        }
        depth--;
        line();
        out.append('}');
    }

    private void line() {
        out.append('\n').repeat(INDENT, depth);
    }

    private static String declared(Value value) {
        return value.isPresent() ? reference(value) + ": " + value.type() : "_";
    }

    private static String reference(Value value) {
        return value.isPresent() ? "%" + TextScanner.name(value.name()) : "_";
    }

    private static String output(Graph.Output output) {
        return output.name().equals(output.value().name()) && output.value().isPresent()
                ? reference(output.value())
                : TextScanner.name(output.name()) + ": " + reference(output.value());
    }

    private void node(Node node) {
        var outputs = node.outputs();
        out.append(
                outputs.isEmpty()
                        ? "()"
                        : outputs.stream()
                                .map(TextPrinter::declared)
                                .collect(Collectors.joining(", ")));
        out.append(" = ").append(TextScanner.name(node.op().def().name()));
        if (node.op() instanceof Constant(var tensor) && isPlainConstant(node, tensor)) {
            out.append(' ').append(TensorText.print(tensor));
        } else {
            out.append(
                    node.inputs().stream()
                            .map(TextPrinter::reference)
                            .collect(Collectors.joining(", ", "(", ")")));
            attributes(node.op());
        }
        if (!node.name().equals(defaultName(outputs))) {
            out.append(" @").append(TextScanner.name(node.name()));
        }
    }

    private static boolean isPlainConstant(Node node, Tensor tensor) {
        return node.inputs().isEmpty()
                && node.outputs().size() == 1
                && node.outputs().getFirst().isPresent()
                && node.outputs().getFirst().type().equals(tensor.type());
    }

    /// The name that a node has unless it is stated: its first output's.
    static String defaultName(List<Value> outputs) {
        return outputs.stream().filter(Value::isPresent).map(Value::name).findFirst().orElse("");
    }

    private void attributes(Op op) {
        boolean graphs = Subgraphs.in(op);
        var names = new ArrayList<String>();
        var values = new ArrayList<Object>();
        for (var component : Ops.components(op.def())) {
            var value = RecordAttributes.get(op, component);
            if (value != null) {
                names.add(component.getName());
                values.add(value);
            }
        }
        if (names.isEmpty()) {
            return;
        }
        out.append(" {");
        depth++;
        for (int i = 0; i < names.size(); i++) {
            out.append(i == 0 ? "" : graphs ? "," : ", ");
            if (graphs) {
                line();
            }
            out.append(names.get(i)).append('=');
            switch (values.get(i)) {
                case Graph graph -> graph(graph);
                case Op inner -> op(inner);
                default -> out.append(attribute(values.get(i)));
            }
        }
        depth--;
        if (graphs) {
            line();
        }
        out.append('}');
    }

    private static String attribute(Object value) {
        return switch (value) {
            case Boolean _,
                    Integer _,
                    Long _,
                    Float _,
                    Double _,
                    Longs _,
                    Floats _,
                    DType _,
                    Type _ ->
                    value.toString();
            case String s -> TextScanner.quote(s);
            case Scalar s -> TextScanner.quote(s.text());
            case Enum<?> e -> e.name();
            case Tensor t -> t.type() + TensorText.print(t);
            case List<?> list -> {
                var elements = new StringJoiner(", ", "[", "]");
                list.forEach(e -> elements.add(attribute(e)));
                yield elements.toString();
            }
            default ->
                    throw new IllegalStateException(value.getClass() + " cannot be an attribute");
        };
    }
}
