package dev.tenon.formats.onnx.proto;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// A small model that has one of everything.
final class Samples {
    private Samples() {}

    static TensorProto weight() {
        var raw = MemorySegment.ofArray(new float[] {1, -2, 3, 4});
        return TensorProto.raw("w", DataType.FLOAT, Int64List.of(2, 2), Bytes.of(raw));
    }

    static TypeProto type(Object... dims) {
        var dimensions =
                Arrays.stream(dims)
                        .map(
                                d ->
                                        d instanceof Integer i
                                                ? TensorShapeProto.Dimension.of(i)
                                                : TensorShapeProto.Dimension.of(d.toString()))
                        .toList();
        return TypeProto.of(new TypeProto.Tensor(1, new TensorShapeProto(dimensions)));
    }

    static ModelProto model() {
        var matmul =
                NodeProto.of("first", "", "MatMul", List.of("x", "w"), List.of("y"), List.of());
        var then =
                GraphProto.of(
                        "then",
                        List.of(matmul),
                        List.of(weight()),
                        List.of(),
                        List.of(ValueInfoProto.of("y", null)),
                        List.of());
        var choose =
                NodeProto.of(
                        "choose",
                        "",
                        "If",
                        List.of("c"),
                        List.of("z"),
                        List.of(
                                AttributeProto.ofGraph("then_branch", then),
                                AttributeProto.ofGraph("else_branch", then)));
        var attributes =
                List.of(
                        AttributeProto.ofFloat("f", 0),
                        AttributeProto.ofInt("i", -1),
                        AttributeProto.ofString("s", "größer"),
                        AttributeProto.ofTensor("t", weight()),
                        AttributeProto.ofFloats("fs", 1, 2, 3),
                        AttributeProto.ofInts("is", 0, 1, -1, Long.MIN_VALUE),
                        AttributeProto.ofStrings("ss", List.of("", "a")),
                        AttributeProto.ofTensors("ts", List.of(weight(), weight())),
                        AttributeProto.ofGraphs("gs", List.of(then)),
                        AttributeProto.ofType("tp", type(1, "n")),
                        AttributeProto.reference("r", AttributeType.INT, "outer"));
        var custom = NodeProto.of("custom", "my", "Op", List.of("z", ""), List.of("o"), attributes);
        var names =
                TensorProto.strings(
                        "names", Int64List.of(2), List.of(Bytes.utf8("a"), Bytes.of((byte) -1)));
        var outside =
                TensorProto.external(
                        "outside",
                        DataType.INT8,
                        Int64List.of(9),
                        List.of(new StringStringEntryProto("location", "w.bin")));
        var graph =
                GraphProto.of(
                        "main",
                        List.of(choose, custom),
                        List.of(weight(), names, outside),
                        List.of(ValueInfoProto.of("x", type("batch", 2))),
                        List.of(ValueInfoProto.of("o", null)),
                        List.of());
        return ModelProto.of(
                13, List.of(new OperatorSetIdProto("", 26)), "tenon", "0", graph, List.of());
    }
}
