package dev.tenon.graph.op.signal;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Lanes;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;
import java.util.List;

/// The discrete Fourier transform along an axis (ONNX `DFT`).
///
/// Inputs: the signal, whose last axis holds real numbers (extent 1) or complex ones (extent 2);
/// optionally the transform's length, to which the signal is cut or padded with zeros; optionally
/// the axis, by default the last but one. The output is complex, but for the one-sided inverse,
/// which is real.
///
/// @param onesided whether only the first `length / 2 + 1` results are given, from which the others
///   follow where the signal is real; for the inverse, whether only these are taken
public record DFT(boolean inverse, boolean onesided) implements Signal {
    public static final OpDef<DFT> DEF =
            OpDef.of(DFT.class)
                    .inputs(1, 3)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.infer(in))))
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops(
                            (op, types) ->
                                    5
                                            * types.inputSize(0)
                                            * Math.log(Math.max(2, types.inputSize(0))))
                    .onnx(
                            "DFT",
                            20,
                            a -> new DFT(a.flag("inverse", false), a.flag("onesided", false)))
                    .build();

    private static final int DEFAULT_AXIS = -2;

    @Override
    public OpDef<DFT> def() {
        return DEF;
    }

    private Shape infer(InferContext in) {
        var signal = in.shape(0);
        if (!signal.isRanked()) {
            return signal;
        }
        in.requireRank(0, 2, Integer.MAX_VALUE);
        int rank = signal.rank();
        var parts = Dim.of(inverse && onesided ? 1 : 2);
        var axis = in.has(2) ? in.integers(2) : Longs.of(DEFAULT_AXIS);
        if (axis == null || axis.size() != 1) {
            return in.unknownShape(rank).with(-1, parts);
        }
        int along = in.axis(axis.get(0), rank);
        if (along == rank - 1) {
            throw in.error(
                    Problem.of("the last axis holds the parts of complex numbers")
                            .expected("another axis")
                            .got(axis.get(0)));
        }
        return signal.with(along, results(length(in, signal.dim(along)))).with(-1, parts);
    }

    private Dim length(InferContext in, Dim extent) {
        if (in.has(1)) {
            var given = in.content(1);
            return given == null || given.size() != 1 ? in.unknown() : given.getFirst();
        }
        return inverse && onesided ? extent.minus(1).times(2) : extent;
    }

    /// How many results a transform of a length gives.
    private Dim results(Dim length) {
        return onesided && !inverse ? length.floorDiv(2).plus(1) : length;
    }

    private Tensor evaluate(EvalContext in) {
        var signal = in.tensor(0);
        var dims = signal.dims();
        int axis = Nd.axis(in.has(2) ? in.tensor(2).getLong(0) : DEFAULT_AXIS, dims.length);
        long parts = dims[dims.length - 1];
        if (axis == dims.length - 1 || parts < 1 || parts > 2) {
            throw new InputException(
                    Problem.of("not a signal to transform")
                            .expected("a last axis of 1 or 2 that is not the transform's")
                            .got("axis " + axis + " of " + signal.type()));
        }
        boolean half = inverse && onesided;
        long given = half ? 2 * (dims[axis] - 1) : dims[axis];
        int length = Math.toIntExact(in.has(1) ? in.tensor(1).getLong(0) : given);
        if (length < 1) {
            throw new InputException(
                    Problem.of("the transform has no length").expected("at least 1").got(length));
        }
        var numbers = Arrays.copyOf(dims, dims.length - 1);
        var from = Lanes.of(numbers, axis);
        numbers[axis] = onesided && !inverse ? length / 2 + 1 : length;
        var to = Lanes.of(numbers, axis);
        var result = Tensor.zeros(signal.dtype(), Nd.with(numbers, numbers.length, half ? 1 : 2));
        for (long lane = 0; lane < from.count(); lane++) {
            var line = Spectrum.zeros(length);
            for (int n = 0; n < Math.min(length, from.length()); n++) {
                long at = from.at(lane, n) * parts;
                line.real()[n] = signal.getDouble(at);
                line.imaginary()[n] = parts == 2 ? signal.getDouble(at + 1) : 0;
            }
            if (half) {
                line.mirror();
            }
            var transformed = line.transform(inverse);
            for (int k = 0; k < to.length(); k++) {
                if (half) {
                    result.setDouble(to.at(lane, k), transformed.real()[k]);
                } else {
                    result.setDouble(2 * to.at(lane, k), transformed.real()[k]);
                    result.setDouble(2 * to.at(lane, k) + 1, transformed.imaginary()[k]);
                }
            }
        }
        return result;
    }
}
