package dev.tenon.formats.onnx;

import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.UnsupportedException;
import dev.tenon.formats.onnx.Upgrades.Emitter;
import dev.tenon.formats.onnx.Upgrades.Outcome;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.graph.Value;
import java.util.ArrayList;
import java.util.List;

/// The rules of [Upgrades] for batch and group normalisation.
final class NormalizationUpgrade {
    private NormalizationUpgrade() {}

    /// Before opset 14, more than one output means training; before 9, `spatial=0` means statistics
    /// for each element of a sample.
    static Outcome batch(Call call, Emitter e) {
        var outputs = call.outputs();
        long present = outputs.stream().filter(o -> !o.isEmpty()).count();
        if (call.version() < 9 && call.integer("spatial", 1) == 0) {
            return byElement(call, e, present);
        }
        var edited = call.without("spatial", "is_test", "consumed_inputs");
        return new Outcome.Rewritten(
                present > 1
                        ? edited.with(AttributeProto.ofInt("training_mode", 1))
                                .withOutputs(outputs.subList(0, Math.min(3, outputs.size())))
                        : edited.withOutputs(outputs.subList(0, Math.min(1, outputs.size()))));
    }

    /// The normalisation written out; the statistics have the shape of one sample.
    private static Outcome byElement(Call call, Emitter e, long outputs) {
        if (outputs > 1) {
            throw new UnsupportedException(
                    Problem.of(
                                    "training batch normalisation by element (spatial=0) is not"
                                            + " supported")
                            .advice("Export the model with opset 9 or newer"));
        }
        var stated = call.attributes().get("epsilon");
        var value = stated == null ? null : stated.f();
        var dtype = call.input(0).tensorType().dtype();
        var epsilon =
                e.constant(call, "epsilon", Tensor.scalar(dtype, value == null ? 1e-5f : value));
        var spread = e.emit(call, "spread", "Add", List.of(call.input(4), epsilon));
        var deviation = e.emit(call, "deviation", "Sqrt", List.of(spread));
        var centred = e.emit(call, "centred", "Sub", List.of(call.input(0), call.input(3)));
        var normal = e.emit(call, "normal", "Div", List.of(centred, deviation));
        var scaled = e.emit(call, "scaled", "Mul", List.of(normal, call.input(1)));
        return new Outcome.Rewritten(
                call.withOp("Add")
                        .withInputs(List.of(scaled, call.input(2)))
                        .without("spatial", "is_test", "consumed_inputs", "epsilon", "momentum")
                        .withOutputs(
                                call.outputs().subList(0, Math.min(1, call.outputs().size()))));
    }

    /// Before opset 21 scale and bias have an element a group, not a channel.
    static Call group(Call call, Emitter e) {
        long groups = call.integer("num_groups", 0);
        var edited = call;
        for (int i = 1; i <= 2; i++) {
            edited = edited.withInput(i, perChannel(call, e, i, groups));
        }
        return edited;
    }

    private static Value perChannel(Call call, Emitter e, int input, long groups) {
        var name = input == 1 ? "scale" : "bias";
        var channels =
                e.emit(
                        call,
                        name + "_channels",
                        "Shape",
                        List.of(call.input(0)),
                        AttributeProto.ofInt("start", 1),
                        AttributeProto.ofInt("end", 2));
        var each =
                e.emit(
                        call,
                        name + "_each",
                        "Div",
                        List.of(
                                channels,
                                e.constant(call, name + "_groups", Tensor.ofLongs(groups))));
        var rows = new ArrayList<Value>();
        rows.add(e.constant(call, name + "_rows", Tensor.ofLongs(groups)));
        rows.add(each);
        var shape = e.emit(call, name + "_shape", "Concat", rows, AttributeProto.ofInt("axis", 0));
        var axes = e.constant(call, name + "_axes", Tensor.ofLongs(1));
        var column = e.emit(call, name + "_column", "Unsqueeze", List.of(call.input(input), axes));
        var repeated = e.emit(call, name + "_repeated", "Expand", List.of(column, shape));
        return e.emit(call, name, "Reshape", List.of(repeated, channels));
    }
}
