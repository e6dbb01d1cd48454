package dev.tenon.formats.onnx;

import dev.tenon.base.TenonException;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Attributes that a file need not hold: without them an operator reads the same.
final class DefaultAttributes {
    /// Attributes that files must hold although importers could do without.
    private static final Set<String> REQUIRED = Set.of("TfIdfVectorizer.mode", "Momentum.mode");

    private DefaultAttributes() {}

    /// The attributes of a node without those that say what holds anyway.
    static List<AttributeProto> without(
            OpDef.Onnx<?> onnx, Node node, List<AttributeProto> attributes, Tensors tensors) {
        var kept = new ArrayList<>(attributes);
        if (!attributes.stream().allMatch(DefaultAttributes::isPlain)) {
            return kept;
        }
        for (var attribute : attributes) {
            if (REQUIRED.contains(onnx.name() + "." + attribute.name())) {
                continue;
            }
            int place = kept.indexOf(attribute);
            kept.remove(place);
            if (!readsTheSame(onnx, node, kept, tensors)) {
                kept.add(place, attribute);
            }
        }
        return kept;
    }

    private static boolean isPlain(AttributeProto attribute) {
        return switch (NodeAttributes.typeOf(attribute)) {
            case FLOAT, INT, STRING, FLOATS, INTS, STRINGS -> true;
            case null, default -> false;
        };
    }

    private static boolean readsTheSame(
            OpDef.Onnx<?> onnx, Node node, List<AttributeProto> attributes, Tensors tensors) {
        var byName = new LinkedHashMap<String, AttributeProto>();
        attributes.forEach(a -> byName.put(a.name(), a));
        var call =
                new Call(
                        node.name(),
                        onnx.domain(),
                        onnx.name(),
                        onnx.since(),
                        node.inputs(),
                        byName,
                        node.outputs().stream().map(o -> o.name()).toList());
        try {
            Op read = onnx.reader().apply(new NodeAttributes(call, tensors, Map.of(), 0));
            return read.equals(node.op());
        } catch (TenonException e) {
            // The attribute must be there.
            return false;
        }
    }
}
