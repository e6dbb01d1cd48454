package dev.tenon.formats.onnx;

import dev.tenon.base.Tensor;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.graph.GraphBuilder;
import dev.tenon.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Old forms of operators, rewritten to the newest.
///
/// A rule stands for the first version that no longer needs it. Rules of one operator are applied
/// in their order here. Source: the ONNX operator change log.
final class Upgrades {
    /// Adds nodes of the newest operator set to the graph that is being imported.
    interface Emitter {
        GraphBuilder builder();

        List<Value> emit(Call call);

        default Value constant(Call call, String suffix, Tensor tensor) {
            return builder().constant(builder().freshValueName(call.name() + "_" + suffix), tensor);
        }

        /// A node with one output, named after the call that it helps.
        default Value emit(
                Call call,
                String suffix,
                String op,
                List<Value> inputs,
                AttributeProto... attributes) {
            var named = new LinkedHashMap<String, AttributeProto>();
            Arrays.stream(attributes).forEach(a -> named.put(a.name(), a));
            var name = call.name() + "_" + suffix;
            return emit(new Call(name, "", op, OpsetVersions.NEWEST, inputs, named, List.of(name)))
                    .getFirst();
        }
    }

    /// What becomes of a call.
    sealed interface Outcome {
        /// A call in a newer form, for the rules that follow.
        record Rewritten(Call call) implements Outcome {}

        /// Nodes that are in the graph already, and the results of the call.
        record Replaced(List<Value> results) implements Outcome {}
    }

    @FunctionalInterface
    interface Rule {
        Outcome apply(Call call, Emitter emitter);
    }

    /// A rule that only changes the call.
    @FunctionalInterface
    interface Edit {
        Call apply(Call call, Emitter emitter);
    }

    private record Entry(int before, Rule rule) {}

    private static final Map<String, List<Entry>> RULES = new HashMap<>();

    static {
        edit(
                7,
                UpgradeRules::legacyBroadcast,
                "Add",
                "Sub",
                "Mul",
                "Div",
                "Pow",
                "And",
                "Or",
                "Xor");
        edit(7, UpgradeRules::legacyBroadcast, "Equal", "Greater", "Less");
        edit(7, UpgradeRules::channelSlope, "PRelu");
        edit(7, (c, e) -> c.without("broadcast"), "Gemm");
        edit(4, UpgradeRules::concat, "Concat");
        edit(6, UpgradeRules::selu, "Selu");
        edit(2, UpgradeRules::integerNorm, "LpPool", "GlobalLpPool");
        rule(14, NormalizationUpgrade::batch, "BatchNormalization");
        rule(12, UpgradeRules::dropout, "Dropout");
        rule(13, UpgradeRules::flattenedSoftmax, "Softmax", "LogSoftmax", "Hardmax");
        edit(11, UpgradeRules::clip, "Clip");
        edit(11, UpgradeRules::pad, "Pad");
        edit(10, UpgradeRules::slice, "Slice");
        edit(13, UpgradeRules::axesInput, "Squeeze", "Unsqueeze", "ReduceSum");
        edit(
                18,
                UpgradeRules::axesInput,
                "ReduceMean",
                "ReduceMax",
                "ReduceMin",
                "ReduceProd",
                "ReduceL1");
        edit(
                18,
                UpgradeRules::axesInput,
                "ReduceL2",
                "ReduceLogSum",
                "ReduceLogSumExp",
                "ReduceSumSquare");
        edit(2, UpgradeRules::splitByInput, "Split");
        edit(18, UpgradeRules::split, "Split");
        edit(10, UpgradeRules::topK, "TopK");
        edit(5, UpgradeRules::reshape, "Reshape");
        edit(6, UpgradeRules::tile, "Tile");
        edit(9, UpgradeRules::castByName, "Cast");
        edit(10, UpgradeRules::upsample, "Upsample");
        edit(11, UpgradeRules::resize10, "Resize");
        edit(13, UpgradeRules::resizeOfTensorFlow, "Resize");
        edit(16, UpgradeRules::roiAlign, "RoiAlign");
        edit(11, (c, e) -> c.withOp("ScatterElements"), "Scatter");
        edit(20, UpgradeRules::dftAxis, "DFT");
        edit(20, UpgradeRules::gridSampleModes, "GridSample");
        edit(21, NormalizationUpgrade::group, "GroupNormalization");
        rule(9, ScanUpgrade::batched, "Scan");
        edit(2, UpgradeRules::labelEncoder, "ai.onnx.ml.LabelEncoder");
    }

    private Upgrades() {}

    private static void rule(int before, Rule rule, String... ops) {
        for (var op : ops) {
            RULES.computeIfAbsent(op, o -> new ArrayList<>()).add(new Entry(before, rule));
        }
    }

    private static void edit(int before, Edit edit, String... ops) {
        rule(before, (call, emitter) -> new Outcome.Rewritten(edit.apply(call, emitter)), ops);
    }

    /// Adds a call to the graph in its newest form.
    ///
    /// @return the call's results
    static List<Value> apply(Call call, Emitter emitter) {
        var key = call.domain().isEmpty() ? call.op() : call.domain() + "." + call.op();
        var upgraded = call;
        for (var entry : RULES.getOrDefault(key, List.of())) {
            if (call.version() < entry.before) {
                switch (entry.rule.apply(upgraded, emitter)) {
                    case Outcome.Rewritten(var rewritten) -> upgraded = rewritten;
                    case Outcome.Replaced(var results) -> {
                        return results;
                    }
                }
            }
        }
        return emitter.emit(upgraded);
    }
}
