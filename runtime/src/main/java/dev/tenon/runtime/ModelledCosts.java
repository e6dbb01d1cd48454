package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.convolution.ConvTranspose;
import dev.tenon.graph.op.elementwise.Elementwise;
import dev.tenon.graph.op.fused.Map;
import dev.tenon.graph.op.fused.MapReduce;
import dev.tenon.graph.op.fused.WithEpilogue;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Move;
import dev.tenon.graph.op.norm.BatchNormalization;
import dev.tenon.graph.op.norm.LRN;
import dev.tenon.graph.op.norm.Norm;
import dev.tenon.graph.op.pool.AveragePool;
import dev.tenon.graph.op.pool.GlobalAveragePool;
import dev.tenon.graph.op.pool.GlobalMaxPool;
import dev.tenon.graph.op.pool.MaxPool;
import dev.tenon.graph.op.reduce.Reduce;
import dev.tenon.graph.op.resample.Resize;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.conv.TransposedConv;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.passes.layout.LayoutCosts;

/// What nodes cost by the rates of the kernels that would compute them: the time of their
/// operations and that of the bytes that they move, in nanoseconds on one core.
final class ModelledCosts implements LayoutCosts {
    /// Elements of an extent that is not known.
    private static final long EXTENT = 16;

    /// The kernel that hands convolutions to products, and is as fast as they are.
    static final String PRODUCT = "conv-pointwise";

    /// The start of a step.
    private static final double START = 500;

    @Override
    public double node(Node node, Layout layout) {
        var op = node.op() instanceof WithEpilogue with ? with.body() : node.op();
        var rates = rates(node, op, layout);
        return cost(node, rates);
    }

    private static double cost(Node node, KernelRates rates) {
        return START + OpDef.flops(node) / rates.flops() + bytes(node) / rates.bytes();
    }

    @Override
    public double opening(Node node) {
        var op = node.op() instanceof WithEpilogue with ? with.body() : node.op();
        if (!(op instanceof Conv conv)) {
            return Double.POSITIVE_INFINITY;
        }
        var rates = convolution(node, conv, Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST);
        return cost(node, rates);
    }

    @Override
    public double transposition(Type.OfTensor image) {
        return START + 2 * bytes(image) / KernelRates.TRANSPOSE.bytes();
    }

    private static KernelRates rates(Node node, Op op, Layout layout) {
        boolean last = layout == Layout.CHANNELS_LAST;
        return switch (op) {
            case Conv conv -> convolution(node, conv, layout, layout);
            case GlobalAveragePool _, GlobalMaxPool _ -> KernelRates.REDUCE;
            case ConvTranspose transpose -> transposed(node, transpose, layout);
            case MaxPool _ -> pool(dev.tenon.kernels.pool.Pool.Fold.MAX, layout);
            case AveragePool _ -> pool(dev.tenon.kernels.pool.Pool.Fold.MEAN, layout);
            case Resize resize -> resize(resize, layout);
            case LRN _ -> KernelRates.RESPONSE;
            case BatchNormalization _ -> KernelRates.COPY;
            case Concat _ -> last ? rows(node) : KernelRates.COPY;
            case Elementwise _, Map _ -> KernelRates.ELEMENTWISE;
            case Move _ -> KernelRates.COPY;
            case Reduce _, MapReduce _ -> KernelRates.REDUCE;
            case Norm _ when !last -> KernelRates.NORM;
            default -> last ? KernelRates.REFERENCE : KernelRates.JAVA;
        };
    }

    /// Copies of as many channels at a time as each part has.
    private static KernelRates rows(Node node) {
        long least = node.inputs().stream().mapToLong(v -> channels(v)).min().orElse(EXTENT);
        return least < EXTENT ? KernelRates.SHORT_ROWS : KernelRates.COPY;
    }

    private static long channels(Value image) {
        return image.tensorType().shape().dim(1).known().orElse(EXTENT);
    }

    private static KernelRates convolution(Node node, Conv op, Layout input, Layout output) {
        var weights = node.input(1).constant();
        if (weights == null || weights.rank() > 5 || weights.dtype() != DType.FLOAT32) {
            return KernelRates.REFERENCE;
        }
        var query = ConvolutionLowering.query(weights, op, input, output);
        return rates(dev.tenon.kernels.conv.Conv.FAMILY, query);
    }

    private static KernelRates transposed(Node node, ConvTranspose op, Layout layout) {
        var weights = node.input(1).constant();
        if (weights == null || weights.dtype() != DType.FLOAT32) {
            return KernelRates.REFERENCE;
        }
        var query = ConvolutionLowering.query(weights, op, layout);
        return rates(TransposedConv.FAMILY, query);
    }

    private static KernelRates pool(dev.tenon.kernels.pool.Pool.Fold fold, Layout layout) {
        var query = new dev.tenon.kernels.pool.Pool.Query(fold, layout);
        return rates(dev.tenon.kernels.pool.Pool.FAMILY, query);
    }

    private static KernelRates resize(Resize op, Layout layout) {
        var mode = ResampleLowering.mode(op);
        if (mode == null) {
            return KernelRates.REFERENCE;
        }
        var query = new dev.tenon.kernels.resample.Resample.Query(mode, layout);
        return rates(dev.tenon.kernels.resample.Resample.FAMILY, query);
    }

    /// The rates of the kernel that takes a query.
    private static <Q, B> KernelRates rates(KernelFamily<Q, B> family, Q query) {
        var kernel = family.choose(query).kernel().map(Kernel::name);
        if (kernel.isEmpty()) {
            return KernelRates.REFERENCE;
        }
        return kernel.get().equals(PRODUCT)
                ? rates(Gemm.FAMILY, Gemm.Query.DYNAMIC)
                : KernelRates.of(kernel.get());
    }

    private static double bytes(Node node) {
        double sum = 0;
        for (var input : node.inputs()) {
            sum += bytes(input);
        }
        for (var output : node.outputs()) {
            sum += bytes(output);
        }
        return sum;
    }

    private static double bytes(Value value) {
        return value.isPresent() && value.type() instanceof Type.OfTensor tensor
                ? bytes(tensor)
                : 0;
    }

    private static double bytes(Type.OfTensor type) {
        return type.dtype().bytes(size(type.shape()));
    }

    private static long size(Shape shape) {
        if (!shape.isRanked()) {
            return EXTENT;
        }
        long size = 1;
        for (var dim : shape.dims()) {
            size *= dim.known().orElse(EXTENT);
        }
        return size;
    }
}
