package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Inference;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.contract.Attention;
import dev.tenon.graph.op.contract.Contract;
import dev.tenon.graph.op.convolution.Convolution;
import dev.tenon.graph.op.fused.EmbeddingNorm;
import dev.tenon.graph.op.fused.Fused;
import dev.tenon.graph.op.fused.InLayout;
import dev.tenon.graph.op.fused.Map;
import dev.tenon.graph.op.fused.MapReduce;
import dev.tenon.graph.op.fused.OfColumns;
import dev.tenon.graph.op.fused.WithEpilogue;
import dev.tenon.kernels.elementwise.Elementwise;
import dev.tenon.kernels.elementwise.RowProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Binds operators that stand for several to the kernels of what they are made of.
final class FusedLowering {
    private FusedLowering() {}

    static Lowered lower(Node node, Fused op) {
        return switch (op) {
            case Map map -> map(node, map);
            case MapReduce reduce -> mapReduce(node, reduce);
            case WithEpilogue epilogue -> withEpilogue(node, epilogue);
            case EmbeddingNorm embedding -> EmbeddingLowering.lower(node, embedding);
            case OfColumns columns -> ofColumns(node, columns);
            case InLayout laid -> LaidLowering.lower(node, laid);
        };
    }

    private static Lowered map(Node node, Map op) {
        var dtypes = node.inputs().stream().map(v -> v.tensorType().dtype()).toList();
        return ElementwiseLowering.bind(
                node,
                new Elementwise.Query(
                        op.expression(), dtypes, node.output().tensorType().dtype(), false),
                IntStream.range(0, dtypes.size()).boxed().toList());
    }

    private static Lowered mapReduce(Node node, MapReduce op) {
        var fold = ReduceLowering.fold(op.folding());
        int first = (int) op.axes().get(0);
        int end = (int) op.axes().get(op.axes().size() - 1) + 1;
        if (fold == null
                || end - first != op.axes().size()
                || !node.inputs().stream().allMatch(FusedLowering::isFloat)) {
            return Lowering.reference(node, "no kernel for this fold, its axes or element types");
        }
        var query =
                new dev.tenon.kernels.elementwise.MapReduce.Query(
                        op.expression(), node.inputs().size(), fold);
        return Lowering.choose(
                node,
                dev.tenon.kernels.elementwise.MapReduce.FAMILY,
                query,
                kernel ->
                        frame -> {
                            var inputs = new ArrayList<Tensor>();
                            for (int i = 0; i < query.inputs(); i++) {
                                inputs.add(frame.tensor(i));
                            }
                            var dims =
                                    Nd.broadcast(
                                            inputs.stream()
                                                    .map(Tensor::dims)
                                                    .toArray(long[][]::new));
                            if (Tensor.size(dims) == 0) {
                                return Lowering.reference(node, frame);
                            }
                            var kept = ReduceLowering.kept(dims, first, end, op.keepdims());
                            var out = frame.output(0, DType.FLOAT32, kept);
                            return kernel.prepare(inputs, dims, first, end, out, frame.room());
                        });
    }

    private static Lowered withEpilogue(Node node, WithEpilogue op) {
        int first = op.bodyInputs(node.inputs().size());
        if (!op.operands(node).stream().allMatch(FusedLowering::isFloat)) {
            return Lowering.reference(node, "an operand is not f32");
        }
        var body =
                Inference.node(
                        op.body(),
                        node.name(),
                        node.inputs().subList(0, first),
                        List.of(node.output().name()));
        var program = new RowProgram(op.epilogue(), op.operands());
        var epilogue = ResultEpilogue.of(program, first, op.operands());
        return switch (op.body()) {
            case Contract contract when ContractLowering.takesEpilogue(body, contract) ->
                    whole(node, ContractLowering.lower(body, contract, epilogue));
            case Convolution convolution
                    when ConvolutionLowering.takesEpilogue(body, convolution)
                            && op.operands(node).stream().allMatch(o -> fitsChannels(o, body)) ->
                    whole(node, ConvolutionLowering.lower(body, convolution, epilogue));
            default -> Lowering.reference(node, "no kernel takes an epilogue on " + op.body());
        };
    }

    private static Lowered ofColumns(Node node, OfColumns op) {
        return op.body() instanceof Attention attention
                ? AttentionLowering.ofColumns(node, attention, op.extents())
                : Lowering.reference(node, "no kernel reads columns for " + op.body());
    }

    static boolean isFloat(Value value) {
        return value.isPresent() && value.tensorType().dtype() == DType.FLOAT32;
    }

    private static boolean fitsChannels(Value operand, Node body) {
        var shape = operand.tensorType().shape();
        var result = body.output().tensorType().shape();
        return shape.isRanked() && result.isRanked() && ResultEpilogue.fitsChannels(shape, result);
    }

    /// How the body is computed with the epilogue, which the reference of the body alone leaves
    /// out.
    static Lowered whole(Node node, Lowered body) {
        if (body.kernel().equals(Lowering.REFERENCE)) {
            return new Lowered(
                    Lowering.REFERENCE, Lowering.reference(node).binding(), body.refusals());
        }
        return body.named(body.kernel() + "+epilogue");
    }
}
