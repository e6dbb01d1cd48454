package dev.tenon.cli.html;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.cli.model.Summary;
import dev.tenon.data.json.Json;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphCost;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.Types;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.fused.InLayout;
import dev.tenon.graph.op.fused.OfColumns;
import dev.tenon.graph.op.fused.WithEpilogue;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// What the page of a graph shows, as JSON: the graph and its subgraphs, each with its boxes
/// (inputs, nodes, outputs; constants belong to the nodes that read them), laid out, and its wires.
final class GraphData {
    private static final double HEIGHT = 40;

    /// The widths of a letter of the first and the second line, in a wide font.
    private static final double BOLD = 9.4;

    private static final double SMALL = 6.6;

    /// Letters of an extent that are shown.
    private static final int LONG = 16;

    /// Weights of fewer elements than this are no more than parameters.
    private static final int LARGE = 9;

    private final List<Json> graphs = new ArrayList<>();
    private final Map<Node, GraphCost.NodeCost> costs = new HashMap<>();
    private final Map<Tensor, Json> statistics = new IdentityHashMap<>();

    private GraphData() {}

    /// All graphs, the graph itself first.
    static Json of(Graph graph, GraphCost cost) {
        var data = new GraphData();
        cost.nodes().forEach(c -> data.costs.put(c.node(), c));
        data.add(graph, graph.name());
        return Json.array(data.graphs);
    }

    /// @return its place in the list
    private int add(Graph graph, String title) {
        int index = graphs.size();
        graphs.add(Json.Null.NULL);
        graphs.set(index, new One(graph, title).toJson());
        return index;
    }

    /// One graph.
    private final class One {
        private final Graph graph;
        private final String title;
        private final List<LayeredLayout.Box> sizes = new ArrayList<>();
        private final List<Json.Builder> boxes = new ArrayList<>();
        private final Map<Value, Integer> makers = new LinkedHashMap<>();
        private final Map<Value, List<Integer>> readers = new LinkedHashMap<>();

        One(Graph graph, String title) {
            this.graph = graph;
            this.title = title;
        }

        Json toJson() {
            for (var input : graph.inputs()) {
                makers.put(input, box("input", input.name(), "io", input.type().toString(), ""));
            }
            graph.nodes().stream().filter(n -> !(n.op() instanceof Constant)).forEach(this::node);
            for (var output : graph.outputs()) {
                int box = box("output", output.name(), "io", output.value().type().toString(), "");
                boxes.get(box).put("in", Json.array(List.of(value(output.value()))));
                read(output.value(), box);
            }
            var wires = new ArrayList<LayeredLayout.Wire>();
            var values = new ArrayList<Value>();
            readers.forEach(
                    (value, targets) -> {
                        var maker = makers.get(value);
                        if (maker != null) {
                            wires.add(new LayeredLayout.Wire(maker, targets));
                            values.add(value);
                        }
                    });
            var layout = LayeredLayout.of(sizes, wires);
            return Json.object()
                    .put("title", title)
                    .put("width", Math.ceil(layout.width()))
                    .put("height", Math.ceil(layout.height()))
                    .put("boxes", placed(layout))
                    .put("wires", routed(layout, wires, values))
                    .build();
        }

        /// @param note a second line that tells boxes with one label apart
        private int box(String kind, String name, String family, String label, String note) {
            int index = boxes.size();
            boxes.add(
                    Json.object()
                            .put("kind", kind)
                            .put("name", name)
                            .put("family", family)
                            .put("label", label)
                            .put("note", note));
            boolean node = kind.equals("node");
            double first = (node ? label : name).length() * BOLD;
            double second = (node ? note : label).length() * SMALL;
            sizes.add(
                    new LayeredLayout.Box(
                            Math.clamp(Math.max(first, second) + 26, 76, 250),
                            HEIGHT,
                            kind.equals("input")));
            return index;
        }

        private void node(Node node) {
            int index = box("node", node.name(), family(node.op()), label(node.op()), note(node));
            var json = boxes.get(index);
            var attributes = Json.object();
            AttributeText.of(node.op()).forEach(attributes::put);
            json.put("attributes", attributes.build());
            json.put("in", values(node.inputs()));
            json.put("out", values(node.outputs()));
            var cost = costs.get(node);
            if (cost != null) {
                json.put("flops", cost.flops()).put("bytes", cost.outputBytes());
            }
            if (Subgraphs.in(node.op())) {
                var inner = Json.object();
                Subgraphs.of(node.op())
                        .forEach(
                                (part, subgraph) ->
                                        inner.put(part, add(subgraph, node.name() + " / " + part)));
                json.put("graphs", inner.build());
            }
            node.inputs().forEach(v -> read(v, index));
            node.outputs().stream().filter(Value::isPresent).forEach(v -> makers.put(v, index));
        }

        private void read(Value value, int box) {
            if (makers.containsKey(value)) {
                var boxesReading = readers.computeIfAbsent(value, _ -> new ArrayList<>());
                if (!boxesReading.contains(box)) {
                    boxesReading.add(box);
                }
            }
        }

        private Json values(List<Value> values) {
            return Json.array(values.stream().map(this::value).toList());
        }

        private Json value(Value value) {
            if (!value.isPresent()) {
                return Json.object().put("name", "").build();
            }
            var json = Json.object().put("name", value.name()).put("type", value.type().toString());
            if (value.constant() != null) {
                json.put(
                        "constant",
                        statistics.computeIfAbsent(value.constant(), GraphData::statistics));
            }
            return json.build();
        }

        private Json placed(LayeredLayout.Result layout) {
            var list = new ArrayList<Json>();
            for (int i = 0; i < boxes.size(); i++) {
                var middle = layout.boxes().get(i);
                list.add(
                        boxes.get(i)
                                .put("x", Math.rint(middle.x()))
                                .put("y", Math.rint(middle.y()))
                                .put("w", Math.rint(sizes.get(i).width()))
                                .put("h", HEIGHT)
                                .build());
            }
            return Json.array(list);
        }

        private Json routed(
                LayeredLayout.Result layout, List<LayeredLayout.Wire> wires, List<Value> values) {
            var list = new ArrayList<Json>();
            for (int i = 0; i < wires.size(); i++) {
                var wire = wires.get(i);
                for (int t = 0; t < wire.targets().size(); t++) {
                    var route = layout.routes().get(i).get(t);
                    list.add(
                            Json.object()
                                    .put("from", wire.source())
                                    .put("to", wire.targets().get(t))
                                    .put("value", values.get(i).name())
                                    .put("shape", shape(values.get(i).type()))
                                    .put(
                                            "points",
                                            Json.array(
                                                    route.stream()
                                                            .flatMapToLong(
                                                                    p ->
                                                                            LongStream.of(
                                                                                    Math.round(
                                                                                            p.x()),
                                                                                    Math.round(
                                                                                            p.y())))
                                                            .toArray()))
                                    .build());
                }
            }
            return Json.array(list);
        }
    }

    /// The shape of a node's largest weights, else of its first result.
    private static String note(Node node) {
        return node.inputs().stream()
                .map(Value::constant)
                .filter(t -> t != null && t.size() >= LARGE)
                .max(Comparator.comparingLong(Tensor::size))
                .map(t -> shape(t.type()))
                .orElseGet(() -> shape(node.outputs().getFirst().type()));
    }

    private static String shape(Type type) {
        if (!(type instanceof Type.OfTensor(_, var shape))) {
            return type.toString();
        }
        if (!shape.isRanked()) {
            return "";
        }
        return shape.rank() == 0
                ? "scalar"
                : shape.dims().stream().map(GraphData::extent).collect(Collectors.joining(" × "));
    }

    /// Symbols that inference made up say nothing to a reader; long ones leave no room for others.
    private static String extent(Dim dim) {
        if (dim.symbols().stream().anyMatch(Types::isMadeUp)) {
            return "?";
        }
        var text = dim.toString();
        return text.length() <= LONG ? text : text.substring(0, LONG - 1) + "…";
    }

    /// The family of an operator: the sealed interface under [Op] that it belongs to. What an
    /// operator computes; of one around another, that one too.
    private static String label(Op op) {
        return switch (op) {
            case WithEpilogue(var body, _, _) -> label(body) + " + epilogue";
            case InLayout(var body, _, _) -> label(body) + ", last";
            case OfColumns(var body, _) -> label(body) + " of columns";
            default -> op.def().name();
        };
    }

    private static String family(Op op) {
        return Arrays.stream(Op.class.getPermittedSubclasses())
                .filter(f -> f.isInstance(op))
                .findFirst()
                .map(f -> f.getSimpleName().toLowerCase(Locale.ROOT))
                .orElse("other");
    }

    private static Json statistics(Tensor tensor) {
        var json = Json.object();
        var kind = tensor.dtype().kind();
        if (tensor.size() >= LARGE && kind != DType.Kind.STRING && kind != DType.Kind.COMPLEX) {
            var range = Summary.Range.of(tensor);
            json.put("min", range.min())
                    .put("max", range.max())
                    .put("mean", range.mean())
                    .put("deviation", range.deviation())
                    .put("zeros", zeros(tensor))
                    .put("bytes", tensor.byteSize());
        }
        return json.put("values", first(tensor)).build();
    }

    /// The part of the elements that are zero.
    private static double zeros(Tensor tensor) {
        long zeros = 0;
        for (long i = 0; i < tensor.size(); i++) {
            if (tensor.getDouble(i) == 0) {
                zeros++;
            }
        }
        return (double) zeros / tensor.size();
    }

    private static String first(Tensor tensor) {
        return LongStream.range(0, Math.min(8, tensor.size()))
                .mapToObj(tensor::element)
                .collect(Collectors.joining(", ", "", tensor.size() > 8 ? ", …" : ""));
    }
}
