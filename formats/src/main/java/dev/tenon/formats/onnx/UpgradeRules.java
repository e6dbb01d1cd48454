package dev.tenon.formats.onnx;

import dev.tenon.base.DType;
import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.UnsupportedException;
import dev.tenon.formats.onnx.Upgrades.Emitter;
import dev.tenon.formats.onnx.Upgrades.Outcome;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.formats.onnx.proto.AttributeType;
import dev.tenon.formats.onnx.proto.DataType;
import dev.tenon.graph.Value;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// The rules of [Upgrades].
final class UpgradeRules {
    private UpgradeRules() {}

    /// An attribute of integers as a constant; null when the call does not have it.
    private static @Nullable Value integers(Call call, Emitter e, String name) {
        var attribute = call.attributes().get(name);
        return attribute == null
                ? null
                : e.constant(call, name, Tensor.ofLongs(attribute.ints().toArray()));
    }

    private static Value requiredIntegers(Call call, Emitter e, String name) {
        var value = integers(call, e, name);
        if (value == null) {
            throw new FormatException(Problem.of("attribute " + name + " is missing"));
        }
        return value;
    }

    private static float number(Call call, String name, float otherwise) {
        var attribute = call.attributes().get(name);
        var value = attribute == null ? null : attribute.f();
        return value == null ? otherwise : value;
    }

    private static String text(Call call, String name, String otherwise) {
        var attribute = call.attributes().get(name);
        var value = attribute == null ? null : attribute.s();
        return value == null ? otherwise : value.text();
    }

    /// @throws UnsupportedException when the rank is not known
    private static int rank(Value value) {
        Shape shape = value.tensorType().shape();
        if (!shape.isRanked()) {
            throw new UnsupportedException(
                    Problem.of("the rank must be known to upgrade this operator")
                            .got(value)
                            .advice("Export the model with opset 13 or newer"));
        }
        return shape.rank();
    }

    /// Opset 6: the second input is broadcast only when told so, its axes starting at `axis`.
    static Call legacyBroadcast(Call call, Emitter e) {
        var edited = call.without("broadcast", "axis", "consumed_inputs");
        if (call.integer("broadcast", 0) == 0 || !call.has("axis")) {
            return edited;
        }
        int rank = rank(call.input(0));
        long axis = call.integer("axis", 0);
        long trailing = rank - (axis < 0 ? axis + rank : axis) - rank(call.input(1));
        return trailing <= 0
                ? edited
                : edited.withInput(1, appendAxes(call, e, call.input(1), trailing));
    }

    private static Value appendAxes(Call call, Emitter e, Value value, long count) {
        int rank = rank(value);
        var axes =
                e.constant(
                        call,
                        "axes",
                        Tensor.ofLongs(LongStream.range(rank, rank + count).toArray()));
        return e.emit(call, "aligned", "Unsqueeze", List.of(value, axes));
    }

    /// Opset 6: a slope of one axis belongs to the channels.
    static Call channelSlope(Call call, Emitter e) {
        int rank = rank(call.input(0));
        boolean perChannel =
                rank(call.input(1)) == 1
                        && rank > 2
                        && !call.input(1).tensorType().shape().dim(0).is(1);
        var edited = call.without("consumed_inputs");
        return perChannel
                ? edited.withInput(1, appendAxes(call, e, call.input(1), rank - 2))
                : edited;
    }

    /// Before opset 12 the ratio is an attribute, and inference is what models do. Before opset 10
    /// the mask has the type of the data.
    static Outcome dropout(Call call, Emitter e) {
        var edited = call.without("is_test", "consumed_inputs", "ratio");
        if (call.version() >= 10 || call.outputs().size() < 2 || call.outputs().get(1).isEmpty()) {
            return new Outcome.Rewritten(edited);
        }
        var name = call.outputs().get(1) + "_bool";
        var results = e.emit(edited.withOutputs(List.of(call.outputs().getFirst(), name)));
        var code = DataType.of(call.input(0).tensorType().dtype()).code();
        var mask =
                e.emit(
                        new Call(
                                call.outputs().get(1),
                                "",
                                "Cast",
                                OpsetVersions.NEWEST,
                                List.of(results.get(1)),
                                new LinkedHashMap<>(Map.of("to", AttributeProto.ofInt("to", code))),
                                List.of(call.outputs().get(1))));
        return new Outcome.Replaced(List.of(results.getFirst(), mask.getFirst()));
    }

    /// Before opset 4 the axis is the second one unless stated.
    static Call concat(Call call, Emitter e) {
        return call.has("axis") ? call : call.with(AttributeProto.ofInt("axis", 1));
    }

    /// Before opset 6 the constants have fewer digits.
    static Call selu(Call call, Emitter e) {
        return call.without("consumed_inputs")
                .with(AttributeProto.ofFloat("alpha", number(call, "alpha", 1.6732f)))
                .with(AttributeProto.ofFloat("gamma", number(call, "gamma", 1.0507f)));
    }

    /// Opset 1: the norm's order is a float.
    ///
    /// @throws UnsupportedException when it is no integer
    static Call integerNorm(Call call, Emitter e) {
        float p = number(call, "p", 2);
        if (p != (int) p) {
            throw new UnsupportedException(
                    Problem.of("only norms of integer order are supported").got(p));
        }
        return call.with(AttributeProto.ofInt("p", (int) p));
    }

    /// Opset 1: the sizes are a second input, of the type of the data.
    static Call splitByInput(Call call, Emitter e) {
        if (!call.hasInput(1)) {
            return call;
        }
        var to = AttributeProto.ofInt("to", DataType.INT64.code());
        return call.without("split")
                .withInput(1, e.emit(call, "sizes", "Cast", List.of(call.input(1)), to));
    }

    /// Before opset 13 the input is taken as a matrix, cut before `axis`.
    static Outcome flattenedSoftmax(Call call, Emitter e) {
        var x = call.input(0);
        var shape = x.tensorType().shape();
        long axis = call.integer("axis", 1);
        if (shape.isRanked() && (axis == shape.rank() - 1 || axis == -1)) {
            return new Outcome.Rewritten(call.with(AttributeProto.ofInt("axis", -1)));
        }
        var original = e.emit(call, "shape", "Shape", List.of(x));
        var matrix =
                e.emit(call, "matrix", "Flatten", List.of(x), AttributeProto.ofInt("axis", axis));
        var result =
                e.emit(call, "rows", call.op(), List.of(matrix), AttributeProto.ofInt("axis", -1));
        return new Outcome.Rewritten(
                call.withOp("Reshape").withInputs(List.of(result, original)).without("axis"));
    }

    /// Before opset 11 the bounds are attributes.
    static Call clip(Call call, Emitter e) {
        var dtype = call.input(0).tensorType().dtype();
        var edited = call.without("min", "max", "consumed_inputs");
        if (call.has("min")) {
            edited =
                    edited.withInput(
                            1,
                            e.constant(call, "min", Tensor.scalar(dtype, number(call, "min", 0))));
        }
        if (call.has("max")) {
            edited =
                    edited.withInput(
                            2,
                            e.constant(call, "max", Tensor.scalar(dtype, number(call, "max", 0))));
        }
        return edited;
    }

    /// Before opset 11 pads and value are attributes; before 2 they are called `paddings`.
    static Call pad(Call call, Emitter e) {
        var pads = requiredIntegers(call, e, call.has("pads") ? "pads" : "paddings");
        var edited = call.without("pads", "paddings", "value").withInput(1, pads);
        var dtype = call.input(0).tensorType().dtype();
        return edited.withInput(
                2, e.constant(call, "value", Tensor.scalar(dtype, number(call, "value", 0))));
    }

    static Call slice(Call call, Emitter e) {
        var edited =
                call.withInput(1, requiredIntegers(call, e, "starts"))
                        .withInput(2, requiredIntegers(call, e, "ends"))
                        .without("starts", "ends", "axes");
        var axes = integers(call, e, "axes");
        return axes == null ? edited : edited.withInput(3, axes);
    }

    static Call axesInput(Call call, Emitter e) {
        var axes = integers(call, e, "axes");
        return axes == null ? call : call.without("axes").withInput(1, axes);
    }

    /// Before opset 13 the sizes are an attribute; before 18 the number of outputs says how many
    /// parts.
    static Call split(Call call, Emitter e) {
        if (!call.hasInput(1) && call.version() < 13 && call.has("split")) {
            return call.without("split").withInput(1, requiredIntegers(call, e, "split"));
        }
        return call.hasInput(1)
                ? call
                : call.with(AttributeProto.ofInt("num_outputs", call.outputs().size()));
    }

    static Call topK(Call call, Emitter e) {
        return call.without("k")
                .withInput(1, e.constant(call, "k", Tensor.ofLongs(call.integer("k", 1))));
    }

    static Call reshape(Call call, Emitter e) {
        return call.without("shape", "consumed_inputs")
                .withInput(1, requiredIntegers(call, e, "shape"));
    }

    /// Opset 1: one axis, so many times.
    static Call tile(Call call, Emitter e) {
        var tiles = call.input(1).constant();
        var axis = call.input(2).constant();
        if (tiles == null || axis == null) {
            throw new UnsupportedException(Problem.of("this form of Tile needs constant inputs"));
        }
        var repeats = new long[rank(call.input(0))];
        Arrays.fill(repeats, 1);
        repeats[Math.floorMod((int) axis.getLong(0), repeats.length)] = tiles.getLong(0);
        return call.withInputs(
                List.of(call.input(0), e.constant(call, "repeats", Tensor.ofLongs(repeats))));
    }

    /// Before opset 6 the type is given by its name.
    static Call castByName(Call call, Emitter e) {
        var to = call.attributes().get("to");
        if (to == null || NodeAttributes.typeOf(to) != AttributeType.STRING) {
            return call;
        }
        var name = text(call, "to", "").toUpperCase(Locale.ROOT);
        for (var type : DataType.values()) {
            if (type.name().equals(name)) {
                return call.with(AttributeProto.ofInt("to", type.code()));
            }
        }
        throw new FormatException(Problem.of("unknown element type").got(name));
    }

    /// Upsample became Resize; before opset 9 the scales are an attribute.
    static Call upsample(Call call, Emitter e) {
        Value scales;
        if (call.version() >= 9) {
            scales = call.input(1);
        } else if (call.has("scales")) {
            var values = call.attributes().get("scales");
            var array = values == null ? new float[0] : values.floats().toArray();
            scales = e.constant(call, "scales", Tensor.of(array, array.length));
        } else {
            float[] array = {1, 1, number(call, "height_scale", 1), number(call, "width_scale", 1)};
            scales = e.constant(call, "scales", Tensor.of(array, array.length));
        }
        return asymmetric(call.withOp("Resize"), scales);
    }

    static Call resize10(Call call, Emitter e) {
        return asymmetric(call, call.input(1));
    }

    /// Upsample and Resize before opset 11 sample at `x / scale`, rounding down.
    private static Call asymmetric(Call call, Value scales) {
        var mode = text(call, "mode", "nearest");
        return call.without("scales", "height_scale", "width_scale")
                .withInputs(List.of(call.input(0), Value.NONE, scales))
                .with(AttributeProto.ofString("mode", mode.equals("bilinear") ? "linear" : mode))
                .with(AttributeProto.ofString("coordinate_transformation_mode", "asymmetric"))
                .with(AttributeProto.ofString("nearest_mode", "floor"));
    }

    /// Opsets 11 and 12 have a mode of their own for nearest neighbours: `(x + 0.5) / scale`, which
    /// is half an element after the place of `half_pixel`; rounding there is another rounding here.
    ///
    /// @throws UnsupportedException where there is no such rounding
    static Call resizeOfTensorFlow(Call call, Emitter e) {
        var mode = "coordinate_transformation_mode";
        if (!text(call, mode, "").equals("tf_half_pixel_for_nn")) {
            return call;
        }
        var rounding = text(call, "nearest_mode", "round_prefer_floor");
        var here =
                switch (rounding) {
                    case "floor" -> "round_prefer_ceil";
                    case "round_prefer_floor" -> "ceil";
                    default ->
                            throw new UnsupportedException(
                                    Problem.of(
                                                    "tf_half_pixel_for_nn with this nearest_mode is"
                                                            + " not supported")
                                            .expected("floor or round_prefer_floor")
                                            .got(rounding));
                };
        return call.with(AttributeProto.ofString(mode, "half_pixel"))
                .with(AttributeProto.ofString("nearest_mode", here));
    }

    /// Before opset 16 places are not moved by half an element.
    static Call roiAlign(Call call, Emitter e) {
        var mode = "coordinate_transformation_mode";
        return call.has(mode)
                ? call
                : call.with(AttributeProto.ofString(mode, "output_half_pixel"));
    }

    /// Before opset 20 the axis is an attribute, by default the second.
    static Call dftAxis(Call call, Emitter e) {
        var axis = e.constant(call, "axis", Tensor.scalar(call.integer("axis", 1)));
        return call.without("axis").withInput(2, axis);
    }

    static Call gridSampleModes(Call call, Emitter e) {
        var mode = text(call, "mode", "bilinear");
        return call.with(
                AttributeProto.ofString(
                        "mode",
                        mode.equals("bilinear")
                                ? "linear"
                                : mode.equals("bicubic") ? "cubic" : mode));
    }

    /// Version 1 maps between strings and their positions in a list.
    static Call labelEncoder(Call call, Emitter e) {
        var classes = call.attributes().get("classes_strings");
        if (classes == null) {
            throw new FormatException("attribute classes_strings is missing");
        }
        long[] positions = LongStream.range(0, classes.strings().size()).toArray();
        var strings = classes.strings().stream().map(b -> b.text()).toList();
        boolean fromString = call.input(0).tensorType().dtype() == DType.STRING;
        return call.without("classes_strings")
                .with(
                        AttributeProto.ofStrings(
                                fromString ? "keys_strings" : "values_strings", strings))
                .with(
                        AttributeProto.ofInts(
                                fromString ? "values_int64s" : "keys_int64s", positions));
    }
}
