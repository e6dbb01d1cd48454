package dev.tenon.passes;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What leaves the graphs that rules are for.
public final class Origins {
    private static final SequencedMap<String, List<String>> RULES = new LinkedHashMap<>();

    static {
        put(
                "any exporter: shape arithmetic, and what a runtime could compute beforehand",
                "known-content constant-operation constant-condition constant-captures"
                        + " unread-captures reshape-to-constant merge-reshapes views-meet");
        put(
                "any exporter: operators that do nothing for the given types and attributes",
                "identity dropout cast-to-same cast-like-same reshape-to-same flatten-matrix"
                        + " squeeze-nothing expand-to-same tile-once transpose-nothing slice-all"
                        + " pad-nothing concat-one split-into-one decided-where fold-one"
                        + " neutral-element add-zero");
        put(
                "graphs written by hand and by converters",
                "double-negation square divide-by-power-of-two divide-to-multiply merge-constants"
                        + " power-to-product power-to-root like-terms common-factor common-matrix"
                        + " relu-of-relu clip-to-relu max-to-relu merge-clips merge-casts"
                        + " mean-to-global-pool");
        put(
                "exports to operator sets that lack an activation, and frameworks without it",
                "hard-sigmoid hard-sigmoid-clip hard-swish gelu gelu-tanh mish sigmoid"
                        + " sigmoid-reciprocal sigmoid-quotient softplus log-softmax softmax"
                        + " max-to-leaky-relu prelu-to-leaky-relu");
        put(
                "exports to operator sets that lack a normalisation",
                "layer-norm layer-norm-scale layer-norm-bias layer-norm-split rms-norm"
                        + " instance-norm");
        put(
                "convolutional networks in training form: PyTorch, PaddlePaddle, TensorFlow, Keras",
                "batch-norm-into-conv affine-into-conv affine-before-conv negation-into-conv"
                        + " affine-into-batch-norm pad-into-conv pad-into-max-pool"
                        + " pad-into-average-pool concat-of-convs parallel-convs");
        put(
                "classifiers and recommenders, and linear layers exported in pieces",
                "batch-norm-into-gemm affine-into-gemm scale-into-matmul scale-before-matmul"
                        + " scales-past-matmul matmul-bias-to-gemm transpose-into-gemm"
                        + " transpose-matmul-to-gemm product-of-rows");
        put(
                "converters between channels-first and channels-last",
                "merge-transposes transposes-meet transposes-join transpose-to-reshape"
                        + " transpose-after-reduce pointwise-conv-to-matmul");
        put(
                "models of which only a part of a result is taken, such as a first token",
                "slice-before-elementwise gather-before-elementwise slice-before-operands"
                        + " slice-before-product slice-before-norm slice-before-transpose"
                        + " slice-before-conv slice-before-pool slice-before-reduce"
                        + " slice-before-concat slice-of-concat gather-before-rows"
                        + " gather-to-slice gather-range-to-slice split-to-slice");
        put(
                "DenseNet and Inception blocks, and parts that are split and joined again",
                "merge-concats concat-of-split split-of-concat concat-before-elementwise"
                        + " concat-before-product concat-before-norm concat-before-transpose");
        put("mixed-precision exports", "widen-last narrow-first");
        put(
                "decoders that resize or repeat before an activation",
                "elementwise-before-repeat elementwise-before-pad expand-into-elementwise");
        put(
                "transformers",
                "attention attention-of-rows attention-of-heads heads-of-columns mask-of-scores"
                        + " bound-of-scores rotary-embedding einsum-to-matmul");
        put(
                "recurrent cells of PyTorch, unrolled loops of TensorFlow",
                "lstm-cell gru-cell recurrent-steps concat-of-pieces");
        put(
                "quantised exports with a pair of QuantizeLinear and DequantizeLinear a value",
                "quantize-dequantized relu-into-quantize move-quantized relu-of-quantized"
                        + " quantized-matmul quantized-conv");
    }

    private Origins() {}

    private static void put(String origin, String rules) {
        RULES.put(origin, List.of(rules.split(" ")));
    }

    /// The rules for each origin.
    public static Map<String, List<String>> rules() {
        return Collections.unmodifiableSequencedMap(RULES);
    }
}
