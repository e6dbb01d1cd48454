package dev.tenon.formats.onnx;

import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.UnsupportedException;
import dev.tenon.formats.onnx.Upgrades.Emitter;
import dev.tenon.formats.onnx.Upgrades.Outcome;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Opset 8's Scan, whose inputs and outputs have a batch axis: one Scan for each element of the
/// batch.
final class ScanUpgrade {
    private ScanUpgrade() {}

    /// @throws UnsupportedException when sequence lengths are given, or the batch's extent is not
    ///   known
    static Outcome batched(Call call, Emitter e) {
        if (call.hasInput(0)) {
            throw new UnsupportedException(
                    Problem.of("Scan of opset 8 with sequence lengths is not supported")
                            .advice("Export the model with opset 9 or newer"));
        }
        var batched = call.inputs().subList(1, call.inputs().size());
        var batch = batched.getFirst().tensorType().shape();
        if (!batch.isRanked() || !batch.dim(0).isKnown()) {
            throw new UnsupportedException(
                    Problem.of("Scan of opset 8 needs a batch of known extent")
                            .got(batched.getFirst())
                            .advice("Export the model with opset 9 or newer"));
        }
        long size = batch.dim(0).known().orElseThrow();
        var parts = new ArrayList<List<Value>>();
        for (long b = 0; b < size; b++) {
            parts.add(element(call, e, batched, b));
        }
        var axis = e.constant(call, "batch_axis", Tensor.ofLongs(0));
        var results = new ArrayList<Value>();
        for (int i = 0; i < call.outputs().size(); i++) {
            var rows = new ArrayList<Value>();
            for (int b = 0; b < size; b++) {
                rows.add(
                        e.emit(
                                call,
                                "row_" + i + "_" + b,
                                "Unsqueeze",
                                List.of(parts.get(b).get(i), axis)));
            }
            var name =
                    call.outputs().get(i).isEmpty()
                            ? call.name() + "_out" + i
                            : call.outputs().get(i);
            results.addAll(
                    e.emit(
                            new Call(
                                    name,
                                    "",
                                    "Concat",
                                    OpsetVersions.NEWEST,
                                    rows,
                                    new LinkedHashMap<>(
                                            Map.of("axis", AttributeProto.ofInt("axis", 0))),
                                    List.of(name))));
        }
        return new Outcome.Replaced(results);
    }

    private static List<Value> element(Call call, Emitter e, List<Value> batched, long b) {
        var index = e.constant(call, "batch_" + b, Tensor.scalar(b));
        var inputs = new ArrayList<Value>();
        for (int i = 0; i < batched.size(); i++) {
            inputs.add(
                    e.emit(
                            call,
                            "in_" + i + "_" + b,
                            "Gather",
                            List.of(batched.get(i), index),
                            AttributeProto.ofInt("axis", 0)));
        }
        var outputs = new ArrayList<String>();
        for (int i = 0; i < call.outputs().size(); i++) {
            outputs.add(call.name() + "_out_" + i + "_" + b);
        }
        var directions = call.attributes().get("directions");
        var scan =
                new Call(
                        call.name() + "_" + b,
                        "",
                        "Scan",
                        OpsetVersions.NEWEST,
                        inputs,
                        call.attributes(),
                        outputs);
        return e.emit(
                directions == null
                        ? scan
                        : scan.without("directions")
                                .with(
                                        AttributeProto.ofInts(
                                                "scan_input_directions",
                                                directions.ints().toArray())));
    }
}
