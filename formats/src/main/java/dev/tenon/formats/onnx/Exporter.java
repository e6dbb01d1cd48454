package dev.tenon.formats.onnx;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.formats.onnx.proto.GraphProto;
import dev.tenon.formats.onnx.proto.ModelProto;
import dev.tenon.formats.onnx.proto.NodeProto;
import dev.tenon.formats.onnx.proto.OperatorSetIdProto;
import dev.tenon.formats.onnx.proto.TensorProto;
import dev.tenon.formats.onnx.proto.ValueInfoProto;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// Turns a [Graph] into an ONNX model.
///
/// Constants become initialisers, and captures of subgraphs become references to the enclosing
/// graph. The model asks for the oldest operator sets that have all its operators in the form
/// written here.
final class Exporter {
    private final BiFunction<String, Tensor, TensorProto> tensors;
    private final TreeMap<String, Integer> opsets = new TreeMap<>();

    private Exporter(BiFunction<String, Tensor, TensorProto> tensors) {
        this.tensors = tensors;
        opsets.put("", OpsetVersions.OLDEST_WRITTEN);
    }

    /// @param tensors how the data of constants is written
    /// @throws dev.tenon.base.UnsupportedException for an operator that ONNX does not have
    static ModelProto model(Graph graph, BiFunction<String, Tensor, TensorProto> tensors) {
        var exporter = new Exporter(tensors);
        var proto = exporter.graph(graph, ExportNames.main(graph));
        var sets = new ArrayList<OperatorSetIdProto>();
        exporter.opsets.forEach(
                (domain, version) -> sets.add(new OperatorSetIdProto(domain, version)));
        var metadata = graph.metadata();
        int opset = exporter.opsets.getOrDefault("", OpsetVersions.OLDEST_WRITTEN);
        return new ModelProto(
                OpsetVersions.irVersion(opset),
                sets,
                metadata.getOrDefault(Metadata.PRODUCER, ""),
                metadata.getOrDefault(Metadata.PRODUCER_VERSION, ""),
                metadata.getOrDefault(Metadata.DOMAIN, ""),
                Metadata.version(metadata),
                metadata.getOrDefault(Metadata.DOC, ""),
                proto,
                Metadata.properties(metadata),
                List.of(),
                List.of(),
                List.of());
    }

    private GraphProto graph(Graph graph, ExportNames names) {
        var nodes = new ArrayList<NodeProto>();
        var initializers = new ArrayList<TensorProto>();
        for (var node : graph.nodes()) {
            if (node.op() instanceof Constant(var tensor)) {
                require("", OpsetTable.since(tensor.dtype()));
                if (!names.isEnclosing(node.output())) {
                    initializers.add(tensors.apply(names.of(node.output()), tensor));
                }
            } else {
                nodes.add(node(node, names));
            }
        }
        var inputs = new ArrayList<ValueInfoProto>();
        for (var input : names.formals()) {
            inputs.add(info(names.of(input), input.type()));
        }
        var outputs = new ArrayList<ValueInfoProto>();
        for (int i = 0; i < graph.outputs().size(); i++) {
            var value = graph.outputs().get(i).value();
            var name = names.ofOutput(i);
            if (!name.equals(names.of(value))) {
                nodes.add(
                        NodeProto.of(
                                name,
                                "",
                                "Identity",
                                List.of(names.of(value)),
                                List.of(name),
                                List.of()));
            }
            outputs.add(info(name, value.type()));
        }
        return GraphProto.of(graph.name(), nodes, initializers, inputs, outputs, List.of());
    }

    private ValueInfoProto info(String name, Type type) {
        dtypes(type).forEach(d -> require("", OpsetTable.since(d)));
        return ValueInfoProto.of(name, Types.proto(type));
    }

    private NodeProto node(Node node, ExportNames names) {
        var attributes = new ArrayList<AttributeProto>();
        int own = node.inputs().size() - Subgraphs.captures(node);
        var captured = node.inputs().subList(own, node.inputs().size());
        var sink =
                new AttributeList(
                        attributes,
                        tensors,
                        subgraph -> graph(subgraph, names.subgraph(subgraph, captured)));
        var onnx = OnnxOps.write(node, sink);
        attributes.removeIf(a -> OpsetTable.isImplied(onnx, a));
        var needed = DefaultAttributes.without(onnx, node, attributes, Data.TENSOR_READER);
        require(onnx, node, needed);
        var inputs = new ArrayList<String>();
        for (var input : node.inputs().subList(0, own)) {
            inputs.add(names.of(input));
        }
        while (!inputs.isEmpty() && inputs.getLast().isEmpty()) {
            inputs.removeLast();
        }
        return NodeProto.of(
                node.name(),
                onnx.domain(),
                onnx.name(),
                inputs,
                node.outputs().stream().map(names::of).toList(),
                needed);
    }

    private void require(OpDef.Onnx<?> onnx, Node node, List<AttributeProto> attributes) {
        require(onnx.domain(), onnx.since());
        attributes.forEach(a -> require(onnx.domain(), OpsetTable.since(onnx, a)));
        Stream.concat(node.inputs().stream(), node.outputs().stream())
                .filter(Value::isPresent)
                .flatMap(v -> dtypes(v.type()))
                .forEach(d -> require("", OpsetTable.since(onnx, d)));
    }

    private void require(String domain, int opset) {
        opsets.merge(domain, opset, Math::max);
    }

    private static Stream<DType> dtypes(Type type) {
        return switch (type) {
            case Type.OfTensor(var dtype, var _) -> Stream.of(dtype);
            case Type.OfSequence(var element) -> dtypes(element);
            case Type.OfOptional(var element) -> dtypes(element);
            case Type.OfMap(var key, var value) -> Stream.concat(Stream.of(key), dtypes(value));
        };
    }
}
