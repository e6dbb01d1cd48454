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
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;

/// Turns a [Graph] into an ONNX model.
///
/// Constants become initialisers, and captures of subgraphs become references to the enclosing graph.
/// The model asks for the oldest operator sets that have all its operators in the form written here.
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
        exporter.opsets.forEach((domain, version) -> sets.add(new OperatorSetIdProto(domain, version)));
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
                require(tensor.dtype());
                if (!names.isEnclosing(node.output())) {
                    initializers.add(tensors.apply(names.of(node.output()), tensor));
                }
            } else {
                nodes.add(node(node, names));
            }
        }
        names.copies().forEach((name, value) -> nodes.add(
                NodeProto.of(name, "", "Identity", List.of(names.of(value)), List.of(name), List.of())));
        var inputs = new ArrayList<ValueInfoProto>();
        for (var input : names.formals()) {
            inputs.add(info(names.of(input), input.type()));
        }
        var outputs = new ArrayList<ValueInfoProto>();
        for (var output : graph.outputs()) {
            outputs.add(info(names.ofOutput(output), output.value().type()));
        }
        return GraphProto.of(graph.name(), nodes, initializers, inputs, outputs, List.of());
    }

    private ValueInfoProto info(String name, Type type) {
        if (type instanceof Type.OfTensor(var dtype, var _)) {
            require(dtype);
        }
        return ValueInfoProto.of(name, Types.proto(type));
    }

    private NodeProto node(Node node, ExportNames names) {
        var attributes = new ArrayList<AttributeProto>();
        int own = node.inputs().size() - Subgraphs.captures(node);
        var captured = node.inputs().subList(own, node.inputs().size());
        var sink = new AttributeList(
                attributes,
                tensors,
                subgraph -> graph(subgraph, names.subgraph(subgraph, captured)),
                version -> opsets.merge("", version, Math::max));
        var onnx = OnnxOps.write(node, sink);
        opsets.merge(onnx.domain(), onnx.since(), Math::max);
        var inputs = new ArrayList<String>();
        for (var input : node.inputs().subList(0, own)) {
            inputs.add(names.of(input));
        }
        while (!inputs.isEmpty() && inputs.getLast().isEmpty()) {
            inputs.removeLast();
        }
        for (var output : node.outputs()) {
            if (output.isPresent() && output.type() instanceof Type.OfTensor(var dtype, var _)) {
                require(dtype);
            }
        }
        return NodeProto.of(
                node.name(),
                onnx.domain(),
                onnx.name(),
                inputs,
                node.outputs().stream().map(names::of).toList(),
                attributes);
    }

    /// Raises the operator set to the first one that has an element type.
    private void require(DType dtype) {
        int since =
                switch (dtype) {
                    case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ -> 19;
                    case INT4, UINT4 -> 21;
                    case FLOAT4E2M1 -> 23;
                    case FLOAT8E8M0 -> 24;
                    case INT2, UINT2 -> 25;
                    default -> OpsetVersions.OLDEST_WRITTEN;
                };
        opsets.merge("", since, Math::max);
    }
}
