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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
            throw new UnsupportedException(Problem.of("the rank must be known to upgrade this operator")
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
        return trailing <= 0 ? edited : edited.withInput(1, appendAxes(call, e, call.input(1), trailing));
    }

    private static Value appendAxes(Call call, Emitter e, Value value, long count) {
        int rank = rank(value);
        var axes = e.constant(
                call, "axes", Tensor.ofLongs(LongStream.range(rank, rank + count).toArray()));
        return e.emit(call, "aligned", "Unsqueeze", List.of(value, axes));
    }

    /// Opset 6: a slope of one axis belongs to the channels.
    static Call channelSlope(Call call, Emitter e) {
        int rank = rank(call.input(0));
        boolean perChannel = rank(call.input(1)) == 1
                && rank > 2
                && !call.input(1).tensorType().shape().dim(0).is(1);
        var edited = call.without("consumed_inputs");
        return perChannel ? edited.withInput(1, appendAxes(call, e, call.input(1), rank - 2)) : edited;
    }

    /// Before opset 14, more than one output means training; before 9 there is `spatial`.
    static Call batchNormalization(Call call, Emitter e) {
        if (call.version() < 9 && call.integer("spatial", 1) == 0) {
            throw new UnsupportedException(Problem.of("batch normalisation by element (spatial=0) is not supported")
                    .advice("Export the model with opset 9 or newer"));
        }
        if (call.outputs().isEmpty()) {
            return call;
        }
        var present = call.outputs().stream().filter(o -> !o.isEmpty()).count();
        var edited = call.without("spatial", "is_test", "consumed_inputs");
        return present > 1
                ? edited.with(AttributeProto.ofInt("training_mode", 1))
                        .withOutputs(call.outputs().subList(0, Math.min(3, call.outputs().size())))
                : edited.withOutputs(call.outputs().subList(0, 1));
    }

    /// Before opset 12 the ratio is an attribute, and inference is what models do.
    static Call dropout(Call call, Emitter e) {
        return call.without("is_test", "consumed_inputs", "ratio");
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
        var matrix = e.emit(call, "matrix", "Flatten", List.of(x), AttributeProto.ofInt("axis", axis));
        var result = e.emit(call, "rows", call.op(), List.of(matrix), AttributeProto.ofInt("axis", -1));
        return new Outcome.Rewritten(call.withOp("Reshape").withInputs(List.of(result, original)).without("axis"));
    }

    /// Before opset 11 the bounds are attributes.
    static Call clip(Call call, Emitter e) {
        var dtype = call.input(0).tensorType().dtype();
        var edited = call.without("min", "max", "consumed_inputs");
        if (call.has("min")) {
            edited = edited.withInput(1, e.constant(call, "min", Tensor.scalar(dtype, number(call, "min", 0))));
        }
        if (call.has("max")) {
            edited = edited.withInput(2, e.constant(call, "max", Tensor.scalar(dtype, number(call, "max", 0))));
        }
        return edited;
    }

    /// Before opset 11 pads and value are attributes; before 2 they are called `paddings`.
    static Call pad(Call call, Emitter e) {
        var pads = requiredIntegers(call, e, call.has("pads") ? "pads" : "paddings");
        var edited = call.without("pads", "paddings", "value").withInput(1, pads);
        var dtype = call.input(0).tensorType().dtype();
        return edited.withInput(2, e.constant(call, "value", Tensor.scalar(dtype, number(call, "value", 0))));
    }

    static Call slice(Call call, Emitter e) {
        var edited = call.withInput(1, requiredIntegers(call, e, "starts"))
                .withInput(2, requiredIntegers(call, e, "ends"))
                .without("starts", "ends", "axes");
        var axes = integers(call, e, "axes");
        return axes == null ? edited : edited.withInput(3, axes);
    }

    static Call axesInput(Call call, Emitter e) {
        var axes = integers(call, e, "axes");
        return axes == null ? call : call.without("axes").withInput(1, axes);
    }

    /// Before opset 13 the sizes are an attribute; before 18 the number of outputs says how many parts.
    static Call split(Call call, Emitter e) {
        if (call.version() < 13 && call.has("split")) {
            return call.without("split").withInput(1, requiredIntegers(call, e, "split"));
        }
        return call.hasInput(1) ? call : call.with(AttributeProto.ofInt("num_outputs", call.outputs().size()));
    }

    static Call topK(Call call, Emitter e) {
        return call.without("k").withInput(1, e.constant(call, "k", Tensor.ofLongs(call.integer("k", 1))));
    }

    static Call reshape(Call call, Emitter e) {
        return call.without("shape", "consumed_inputs").withInput(1, requiredIntegers(call, e, "shape"));
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
        return call.withInputs(List.of(call.input(0), e.constant(call, "repeats", Tensor.ofLongs(repeats))));
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

    /// Before opset 20 the axis is an attribute, by default the second.
    static Call dftAxis(Call call, Emitter e) {
        var axis = e.constant(call, "axis", Tensor.scalar(call.integer("axis", 1)));
        return call.without("axis").withInput(2, axis);
    }

    static Call gridSampleModes(Call call, Emitter e) {
        var mode = text(call, "mode", "bilinear");
        return call.with(AttributeProto.ofString(
                "mode", mode.equals("bilinear") ? "linear" : mode.equals("bicubic") ? "cubic" : mode));
    }

    /// Before opset 21 scale and bias have an element a group, not a channel.
    static Call groupNormalization(Call call, Emitter e) {
        long groups = call.integer("num_groups", 0);
        var edited = call;
        for (int i = 1; i <= 2; i++) {
            edited = edited.withInput(i, perChannel(call, e, i, groups));
        }
        return edited;
    }

    private static Value perChannel(Call call, Emitter e, int input, long groups) {
        var name = input == 1 ? "scale" : "bias";
        var channels = e.emit(
                call,
                name + "_channels",
                "Shape",
                List.of(call.input(0)),
                AttributeProto.ofInt("start", 1),
                AttributeProto.ofInt("end", 2));
        var each = e.emit(
                call, name + "_each", "Div", List.of(channels, e.constant(call, name + "_groups", Tensor.ofLongs(groups))));
        var rows = new ArrayList<Value>();
        rows.add(e.constant(call, name + "_rows", Tensor.ofLongs(groups)));
        rows.add(each);
        var shape = e.emit(call, name + "_shape", "Concat", rows, AttributeProto.ofInt("axis", 0));
        var axes = e.constant(call, name + "_axes", Tensor.ofLongs(1));
        var column = e.emit(call, name + "_column", "Unsqueeze", List.of(call.input(input), axes));
        var repeated = e.emit(call, name + "_repeated", "Expand", List.of(column, shape));
        return e.emit(call, name, "Reshape", List.of(repeated, channels));
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
                .with(AttributeProto.ofStrings(fromString ? "keys_strings" : "values_strings", strings))
                .with(AttributeProto.ofInts(fromString ? "values_int64s" : "keys_int64s", positions));
    }
}
