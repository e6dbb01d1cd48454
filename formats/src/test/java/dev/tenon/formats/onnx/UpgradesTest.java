package dev.tenon.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.base.UnsupportedException;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.formats.onnx.proto.GraphProto;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What models of old operator sets say and what models of today say about the same computation.
class UpgradesTest {
    private static final int NOW = 21;

    private static Tensor ramp(long... dims) {
        var tensor = Tensor.zeros(DType.FLOAT32, dims);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setDouble(i, i * 7 % 11 - 4 + i * 0.125);
        }
        return tensor;
    }

    private static AttributeProto ints(String name, long... values) {
        return AttributeProto.ofInts(name, values);
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.ofInt(name, value);
    }

    private static AttributeProto text(String name, String value) {
        return AttributeProto.ofString(name, value);
    }

    private static AttributeProto number(String name, float value) {
        return AttributeProto.ofFloat(name, value);
    }

    /// A model over the inputs `x`, `y`, `z` and so on.
    private static Models model(int opset, List<Tensor> inputs) {
        var model = Models.opset(opset);
        for (int i = 0; i < inputs.size(); i++) {
            model.input(name(i), inputs.get(i).type());
        }
        return model;
    }

    private static String name(int input) {
        return Character.toString("xyzuvw".charAt(input));
    }

    private static Models model(int opset, Tensor... inputs) {
        return model(opset, List.of(inputs));
    }

    private static void same(Models now, Models old, Tensor... inputs) {
        var expected = now.run(inputs);
        var got = old.run(inputs);
        assertEquals(expected.size(), got.size());
        for (int i = 0; i < got.size(); i++) {
            var want = (Tensor) expected.get(i);
            var have = (Tensor) got.get(i);
            assertEquals(want.type(), have.type());
            assertArrayEquals(want.toDoubles(), have.toDoubles(), 1e-6);
        }
    }

    /// The same node in an old form and in today's.
    private static void node(
            int opset, String old, String now, List<AttributeProto> attributes, Tensor... inputs) {
        var list = attributes.toArray(AttributeProto[]::new);
        same(
                model(NOW, inputs).node(now).output("r"),
                model(opset, inputs).node(old, list).output("r"),
                inputs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Add", "Sub", "Mul", "Div", "Pow"})
    void broadcastByAxis(String op) {
        var x = ramp(2, 3, 4);
        var y = ramp(3);
        var now =
                model(NOW, x, y)
                        .initializer("axes", Tensor.ofLongs(1))
                        .node("c = Unsqueeze(y, axes)")
                        .node("r = " + op + "(x, c)")
                        .output("r");
        var broadcast = integer("broadcast", 1);
        same(
                now,
                model(6, x, y)
                        .node("r = " + op + "(x, y)", broadcast, integer("axis", 1))
                        .output("r"),
                x,
                y);
        same(
                now,
                model(6, x, y)
                        .node("r = " + op + "(x, y)", broadcast, integer("axis", -2))
                        .output("r"),
                x,
                y);
        node(6, "r = " + op + "(x, y)", "r = " + op + "(x, y)", List.of(broadcast), x, ramp(4));
        node(
                1,
                "r = " + op + "(x, y)",
                "r = " + op + "(x, y)",
                List.of(ints("consumed_inputs", 0, 0)),
                x,
                x);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Equal", "Greater", "Less"})
    void comparisonsByAxis(String op) {
        var x = ramp(2, 3).to(DType.INT32);
        var y = ramp(2).to(DType.INT32);
        var now =
                model(NOW, x, y)
                        .initializer("axes", Tensor.ofLongs(1))
                        .node("c = Unsqueeze(y, axes)")
                        .node("r = " + op + "(x, c)")
                        .output("r");
        same(
                now,
                model(1, x, y)
                        .node("r = " + op + "(x, y)", integer("broadcast", 1), integer("axis", 0))
                        .output("r"),
                x,
                y);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Relu",
                "Sigmoid",
                "Tanh",
                "Abs",
                "Neg",
                "Exp",
                "Sqrt",
                "Floor",
                "Ceil",
                "Reciprocal",
                "Elu"
            })
    void consumedInputs(String op) {
        node(
                1,
                "r = " + op + "(x)",
                "r = " + op + "(x)",
                List.of(ints("consumed_inputs", 0)),
                ramp(5));
    }

    @Test
    void prelu() {
        var x = ramp(1, 3, 2, 2);
        var slope = ramp(3);
        var now =
                model(NOW, x, slope)
                        .initializer("axes", Tensor.ofLongs(1, 2))
                        .node("c = Unsqueeze(y, axes)")
                        .node("r = PRelu(x, c)")
                        .output("r");
        same(now, model(6, x, slope).node("r = PRelu(x, y)").output("r"), x, slope);
        node(6, "r = PRelu(x, y)", "r = PRelu(x, y)", List.of(), x, ramp(1));
    }

    @Test
    void selu() {
        same(
                model(NOW, ramp(6))
                        .node("r = Selu(x)", number("alpha", 1.6732f), number("gamma", 1.0507f))
                        .output("r"),
                model(1, ramp(6)).node("r = Selu(x)").output("r"),
                ramp(6));
    }

    @Test
    void gemm() {
        var a = ramp(2, 3);
        var b = ramp(3, 4);
        node(
                6,
                "r = Gemm(x, y, z)",
                "r = Gemm(x, y, z)",
                List.of(integer("broadcast", 1)),
                a,
                b,
                ramp(4));
        node(1, "r = Gemm(x, y, z)", "r = Gemm(x, y, z)", List.of(), a, b, ramp(2, 4));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 7, 9, 13})
    void batchNormalization(int opset) {
        var x = ramp(2, 3, 2, 2);
        var variance = Tensor.of(new float[] {1, 2, 0.5f}, 3);
        var old =
                model(opset, x, ramp(3), ramp(3), ramp(3), variance)
                        .node(
                                "r = BatchNormalization(x, y, z, u, v)",
                                integer("is_test", 1),
                                number("epsilon", 0.25f))
                        .output("r");
        var now =
                model(NOW, x, ramp(3), ramp(3), ramp(3), variance)
                        .node("r = BatchNormalization(x, y, z, u, v)", number("epsilon", 0.25f))
                        .output("r");
        same(now, old, x, ramp(3), ramp(3), ramp(3), variance);
    }

    @Test
    void batchNormalizationByElement() {
        var x = ramp(2, 2, 2);
        Tensor[] inputs = {
            x, ramp(2, 2), ramp(2, 2), ramp(2, 2), Tensor.of(new float[] {1, 2, 3, 4}, 2, 2)
        };
        var now =
                model(NOW, inputs)
                        .initializer("e", Tensor.scalar(1e-5f))
                        .node("a = Sub(x, u)")
                        .node("b = Add(v, e)")
                        .node("c = Sqrt(b)")
                        .node("d = Div(a, c)")
                        .node("f = Mul(d, y)")
                        .node("r = Add(f, z)")
                        .output("r");
        same(
                now,
                model(7, inputs)
                        .node("r = BatchNormalization(x, y, z, u, v)", integer("spatial", 0))
                        .output("r"),
                inputs);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 7, 10})
    void dropout(int opset) {
        var attributes = List.of(number("ratio", 0.75f), integer("is_test", 1));
        node(opset, "r = Dropout(x)", "r = Identity(x)", attributes, ramp(4));
        var masked =
                model(opset, ramp(4))
                        .node("r, m = Dropout(x)", number("ratio", 0.5f))
                        .output("r", "m")
                        .graph();
        assertEquals(
                Type.tensor(opset < 10 ? DType.FLOAT32 : DType.BOOL, 4),
                masked.outputs().get(1).value().type());
    }

    @ParameterizedTest
    @CsvSource({
        "Softmax,1",
        "LogSoftmax,1",
        "Hardmax,1",
        "Softmax,0",
        "Softmax,2",
        "Softmax,-1",
        "Softmax,-2"
    })
    void softmaxOfAMatrix(String op, int axis) {
        var x = ramp(2, 3, 4);
        int cut = axis < 0 ? axis + 3 : axis;
        long[] matrix = {cut == 0 ? 1 : cut == 1 ? 2 : 6, cut == 0 ? 24 : cut == 1 ? 12 : 4};
        var now =
                model(NOW, x)
                        .initializer("m", Tensor.ofLongs(matrix))
                        .initializer("s", Tensor.ofLongs(2, 3, 4))
                        .node("a = Reshape(x, m)")
                        .node("b = " + op + "(a)", integer("axis", 1))
                        .node("r = Reshape(b, s)")
                        .output("r");
        same(now, model(11, x).node("r = " + op + "(x)", integer("axis", axis)).output("r"), x);
        if (axis == 1) {
            same(now, model(1, x).node("r = " + op + "(x)").output("r"), x);
        }
    }

    @Test
    void clip() {
        var x = ramp(5);
        var now =
                model(NOW, x)
                        .initializer("a", Tensor.scalar(-1f))
                        .initializer("b", Tensor.scalar(2f))
                        .node("r = Clip(x, a, b)")
                        .output("r");
        same(
                now,
                model(6, x).node("r = Clip(x)", number("min", -1), number("max", 2)).output("r"),
                x);
        var above =
                model(NOW, x)
                        .initializer("b", Tensor.scalar(2f))
                        .node("r = Clip(x, , b)")
                        .output("r");
        same(above, model(10, x).node("r = Clip(x)", number("max", 2)).output("r"), x);
        node(1, "r = Clip(x)", "r = Identity(x)", List.of(), x);
    }

    @Test
    void pad() {
        var x = ramp(2, 2);
        var now =
                model(NOW, x)
                        .initializer("p", Tensor.ofLongs(0, 1, 2, 0))
                        .initializer("v", Tensor.scalar(9f))
                        .node("r = Pad(x, p, v)")
                        .output("r");
        same(
                now,
                model(2, x)
                        .node("r = Pad(x)", ints("pads", 0, 1, 2, 0), number("value", 9))
                        .output("r"),
                x);
        same(
                now,
                model(1, x)
                        .node("r = Pad(x)", ints("paddings", 0, 1, 2, 0), number("value", 9))
                        .output("r"),
                x);
    }

    @Test
    void slice() {
        var x = ramp(3, 4);
        var now =
                model(NOW, x)
                        .initializer("s", Tensor.ofLongs(1, -2))
                        .initializer("e", Tensor.ofLongs(3, 99))
                        .initializer("a", Tensor.ofLongs(0, 1))
                        .node("r = Slice(x, s, e, a)")
                        .output("r");
        var starts = ints("starts", 1, -2);
        var ends = ints("ends", 3, 99);
        same(
                now,
                model(1, x).node("r = Slice(x)", starts, ends, ints("axes", 0, 1)).output("r"),
                x);
        same(now, model(9, x).node("r = Slice(x)", starts, ends).output("r"), x);
    }

    @ParameterizedTest
    @CsvSource({
        "ReduceSum,12", "ReduceMean,17", "ReduceMax,1", "ReduceMin,11", "ReduceProd,13",
                "ReduceL1,17",
        "ReduceL2,17", "ReduceSumSquare,17", "Squeeze,12", "Unsqueeze,12", "Squeeze,1",
                "Unsqueeze,1"
    })
    void axes(String op, int opset) {
        var x = ramp(1, 3, 2);
        var now =
                model(NOW, x)
                        .initializer("a", Tensor.ofLongs(0))
                        .node("r = " + op + "(x, a)")
                        .output("r");
        same(now, model(opset, x).node("r = " + op + "(x)", ints("axes", 0)).output("r"), x);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReduceSum", "ReduceMean", "ReduceLogSumExp", "ReduceMax"})
    void reductionsOfAllAxes(String op) {
        node(11, "r = " + op + "(x)", "r = " + op + "(x)", List.of(), ramp(2, 3));
    }

    @Test
    void split() {
        var x = ramp(2, 6);
        var uneven =
                model(NOW, x)
                        .initializer("s", Tensor.ofLongs(1, 3, 2))
                        .node("a, b, c = Split(x, s)", integer("axis", 1))
                        .output("a", "b", "c");
        same(
                uneven,
                model(2, x)
                        .node("a, b, c = Split(x)", integer("axis", 1), ints("split", 1, 3, 2))
                        .output("a", "b", "c"),
                x);
        same(
                uneven,
                model(1, x)
                        .initializer("s", Tensor.of(new float[] {1, 3, 2}, 3))
                        .node("a, b, c = Split(x, s)", integer("axis", 1))
                        .output("a", "b", "c"),
                x);
        var even =
                model(NOW, x)
                        .node("a, b = Split(x)", integer("axis", 1), integer("num_outputs", 2))
                        .output("a", "b");
        same(even, model(13, x).node("a, b = Split(x)", integer("axis", 1)).output("a", "b"), x);
        same(even, model(2, x).node("a, b = Split(x)", integer("axis", 1)).output("a", "b"), x);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9})
    void topK(int opset) {
        var x = ramp(2, 5);
        var now =
                model(NOW, x)
                        .initializer("k", Tensor.ofLongs(3))
                        .node("v, i = TopK(x, k)")
                        .output("v", "i");
        same(now, model(opset, x).node("v, i = TopK(x)", integer("k", 3)).output("v", "i"), x);
    }

    @Test
    void shapesAndTypes() {
        var x = ramp(2, 3);
        var reshaped =
                model(NOW, x)
                        .initializer("s", Tensor.ofLongs(3, -1))
                        .node("r = Reshape(x, s)")
                        .output("r");
        same(reshaped, model(1, x).node("r = Reshape(x)", ints("shape", 3, -1)).output("r"), x);
        var tiled =
                model(NOW, x)
                        .initializer("n", Tensor.ofLongs(1, 2))
                        .node("r = Tile(x, n)")
                        .output("r");
        same(
                tiled,
                model(1, x)
                        .initializer("n", Tensor.of(new float[] {2}, 1))
                        .initializer("a", Tensor.of(new float[] {1}, 1))
                        .node("r = Tile(x, n, a)")
                        .output("r"),
                x);
        var cast = model(NOW, x).node("r = Cast(x)", integer("to", 7)).output("r");
        same(cast, model(1, x).node("r = Cast(x)", text("to", "INT64")).output("r"), x);
        same(cast, model(6, x).node("r = Cast(x)", integer("to", 7)).output("r"), x);
        var joined = model(NOW, x).node("r = Concat(x, x)", integer("axis", 1)).output("r");
        same(joined, model(1, x).node("r = Concat(x, x)").output("r"), x);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nearest", "linear"})
    void resize(String mode) {
        var x = ramp(1, 1, 3, 3);
        var factors = new float[] {1, 1, 2, 1.5f};
        var scales = Tensor.of(factors, 4);
        var now =
                model(NOW, x)
                        .initializer("s", scales)
                        .node(
                                "r = Resize(x, , s)",
                                text("mode", mode),
                                text("coordinate_transformation_mode", "asymmetric"),
                                text("nearest_mode", "floor"))
                        .output("r");
        same(
                now,
                model(10, x)
                        .initializer("s", scales)
                        .node("r = Resize(x, s)", text("mode", mode))
                        .output("r"),
                x);
        same(
                now,
                model(9, x)
                        .initializer("s", scales)
                        .node("r = Upsample(x, s)", text("mode", mode))
                        .output("r"),
                x);
        same(
                now,
                model(7, x)
                        .node(
                                "r = Upsample(x)",
                                AttributeProto.ofFloats("scales", factors),
                                text("mode", mode))
                        .output("r"),
                x);
        same(
                now,
                model(1, x)
                        .node(
                                "r = Upsample(x)",
                                number("height_scale", 2),
                                number("width_scale", 1.5f),
                                text("mode", mode.equals("linear") ? "bilinear" : mode))
                        .output("r"),
                x);
    }

    /// Reads the elements `floor((i + 0.5) / scale)`.
    @Test
    void resizeOfTensorFlow() {
        var x = Tensor.of(new float[] {0, 1, 2, 3, 4}, 5);
        var model =
                model(11, x)
                        .initializer("roi", Tensor.zeros(DType.FLOAT32, 0))
                        .initializer("s", Tensor.of(new float[] {0.6f}, 1))
                        .node(
                                "r = Resize(x, roi, s)",
                                text("coordinate_transformation_mode", "tf_half_pixel_for_nn"),
                                text("nearest_mode", "floor"))
                        .output("r");
        assertArrayEquals(new float[] {0, 2, 4}, ((Tensor) model.run(x).getFirst()).toFloats());
    }

    @Test
    void pooling() {
        var x = ramp(1, 2, 4, 4);
        var kernel = ints("kernel_shape", 2, 2);
        for (var op : List.of("MaxPool", "AveragePool")) {
            var now = model(NOW, x).node("r = " + op + "(x)", kernel).output("r");
            same(now, model(1, x).node("r = " + op + "(x)", kernel).output("r"), x);
            same(now, model(8, x).node("r = " + op + "(x)", kernel).output("r"), x);
        }
        var now = model(NOW, x).node("r = LpPool(x)", kernel, integer("p", 3)).output("r");
        same(now, model(1, x).node("r = LpPool(x)", kernel, number("p", 3)).output("r"), x);
        assertThrows(
                UnsupportedException.class,
                () ->
                        model(1, x)
                                .node("r = LpPool(x)", kernel, number("p", 1.5f))
                                .output("r")
                                .graph());
        var global = model(NOW, x).node("r = GlobalLpPool(x)").output("r");
        same(global, model(1, x).node("r = GlobalLpPool(x)", number("p", 2)).output("r"), x);
    }

    @Test
    void roiAlign() {
        var x = ramp(1, 1, 4, 4);
        var regions = Tensor.of(new float[] {0, 0, 3, 3}, 1, 4);
        var batch = Tensor.ofLongs(0);
        var mode = text("coordinate_transformation_mode", "output_half_pixel");
        same(
                model(NOW, x, regions, batch).node("r = RoiAlign(x, y, z)", mode).output("r"),
                model(10, x, regions, batch).node("r = RoiAlign(x, y, z)").output("r"),
                x,
                regions,
                batch);
    }

    @Test
    void scatter() {
        var x = ramp(3, 3);
        var indices = Tensor.of(new long[] {1, 0, 2}, 1, 3);
        node(
                9,
                "r = Scatter(x, y, z)",
                "r = ScatterElements(x, y, z)",
                List.of(),
                x,
                indices,
                ramp(1, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RNN", "GRU", "LSTM"})
    void recurrent(String op) {
        int gates = op.equals("RNN") ? 1 : op.equals("GRU") ? 3 : 4;
        Tensor[] inputs = {ramp(2, 1, 3), ramp(1, gates * 2, 3), ramp(1, gates * 2, 2)};
        var size = integer("hidden_size", 2);
        same(
                model(NOW, inputs).node("r, h = " + op + "(x, y, z)", size).output("r", "h"),
                model(1, inputs)
                        .node("r, h = " + op + "(x, y, z)", size, integer("output_sequence", 1))
                        .output("r", "h"),
                inputs);
    }

    @Test
    void dft() {
        var x = ramp(1, 4, 3, 1);
        for (int axis = 1; axis <= 2; axis++) {
            var now =
                    model(NOW, x)
                            .initializer("a", Tensor.scalar((long) axis))
                            .node("r = DFT(x, , a)")
                            .output("r");
            same(now, model(17, x).node("r = DFT(x)", integer("axis", axis)).output("r"), x);
            if (axis == 1) {
                same(now, model(17, x).node("r = DFT(x)").output("r"), x);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"bilinear,linear", "bicubic,cubic", "nearest,nearest"})
    void gridSample(String old, String now) {
        var x = ramp(1, 1, 3, 3);
        var grid = Tensor.of(new float[] {-0.5f, 0.25f, 0.75f, -1}, 1, 1, 2, 2);
        same(
                model(NOW, x, grid).node("r = GridSample(x, y)", text("mode", now)).output("r"),
                model(16, x, grid).node("r = GridSample(x, y)", text("mode", old)).output("r"),
                x,
                grid);
    }

    @Test
    void groupNormalization() {
        var x = ramp(2, 4, 3);
        var groups = integer("num_groups", 2);
        var now =
                model(NOW, x)
                        .initializer("s", Tensor.of(new float[] {2, 2, 3, 3}, 4))
                        .initializer("b", Tensor.of(new float[] {0.5f, 0.5f, -1, -1}, 4))
                        .node("r = GroupNormalization(x, s, b)", groups)
                        .output("r");
        var old =
                model(18, x)
                        .initializer("s", Tensor.of(new float[] {2, 3}, 2))
                        .initializer("b", Tensor.of(new float[] {0.5f, -1}, 2))
                        .node("r = GroupNormalization(x, s, b)", groups)
                        .output("r");
        same(now, old, x);
    }

    /// A running sum over the second axis, for each sample of a batch.
    @Test
    void scanOfBatches() {
        var start = ramp(2, 3);
        var x = ramp(2, 4, 3);
        var body =
                GraphProto.of(
                        "body",
                        List.of(
                                Models.node("sum = Add(a, b)", ""),
                                Models.node("row = Identity(sum)", "")),
                        List.of(),
                        model(NOW)
                                .input("a", Type.tensor(DType.FLOAT32, 3))
                                .input("b", Type.tensor(DType.FLOAT32, 3))
                                .proto()
                                .input(),
                        model(NOW).output("sum", "row").proto().output(),
                        List.of());
        var old =
                model(8, start, x)
                        .node(
                                "s, r = Scan(, x, y)",
                                AttributeProto.ofGraph("body", body),
                                integer("num_scan_inputs", 1))
                        .output("s", "r");
        var got = old.run(start, x);
        for (int b = 0; b < 2; b++) {
            var sums = new double[3];
            for (int i = 0; i < 3; i++) {
                sums[i] = start.getDouble(b * 3 + i);
            }
            for (int t = 0; t < 4; t++) {
                for (int i = 0; i < 3; i++) {
                    sums[i] += x.getDouble((b * 4 + t) * 3 + i);
                    assertEquals(
                            sums[i], ((Tensor) got.get(1)).getDouble((b * 4 + t) * 3 + i), 1e-4);
                }
            }
            assertEquals(sums[2], ((Tensor) got.getFirst()).getDouble(b * 3 + 2), 1e-4);
        }
    }

    @Test
    void labelEncoder() {
        var x = Tensor.of(new String[] {"b", "c", "?"}, 3);
        var old =
                Models.opset(1)
                        .opset("ai.onnx.ml", 1)
                        .input("x", x.type())
                        .node(
                                Models.node(
                                        "r = LabelEncoder(x)",
                                        "ai.onnx.ml",
                                        AttributeProto.ofStrings(
                                                "classes_strings", List.of("a", "b", "c")),
                                        integer("default_int64", 9)))
                        .output("r");
        assertArrayEquals(new long[] {1, 2, 9}, ((Tensor) old.run(x).getFirst()).toLongs());
    }
}
