package dev.tenon.formats.onnx;

import dev.tenon.formats.onnx.proto.AttributeProto;

/// Attributes with parts changed.
final class AttributeEdits {
    private AttributeEdits() {}

    static AttributeProto renamed(AttributeProto a, String name) {
        return new AttributeProto(
                name,
                "",
                a.docString(),
                a.type(),
                a.f(),
                a.i(),
                a.s(),
                a.t(),
                a.g(),
                a.sparseTensor(),
                a.tp(),
                a.floats(),
                a.ints(),
                a.strings(),
                a.tensors(),
                a.graphs(),
                a.sparseTensors(),
                a.typeProtos());
    }
}
