package dev.tenon.graph.op.signal;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The Fourier transforms of overlapping frames of a signal (ONNX `STFT`).
///
/// Inputs: the signal `[batch, samples, 1]` or, complex, `[batch, samples, 2]`; the distance
/// between frames; optionally a window that frames are multiplied with; optionally the length of a
/// frame, by default the window's. Output: `[batch, frames, results, 2]`.
///
/// @param onesided whether only the first `length / 2 + 1` results of each transform are given
public record STFT(boolean onesided) implements Signal {
    public static final OpDef<STFT> DEF =
            OpDef.of(STFT.class)
                    .inputs(2, 4)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.infer(in))))
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops((op, types) -> 20 * types.outputSize(0))
                    .onnx("STFT", 17, a -> new STFT(a.flag("onesided", true)))
                    .build();

    @Override
    public OpDef<STFT> def() {
        return DEF;
    }

    private Shape infer(InferContext in) {
        in.requireRank(0, 2, 3);
        if (in.has(2)) {
            in.requireRank(2, 1, 1);
        }
        var signal = in.shape(0);
        var length = frameLength(in);
        var step = single(in, 1);
        var batch = signal.isRanked() ? signal.dim(0) : in.unknown();
        var frames =
                signal.isRanked() && length != null && step != null && !step.is(0)
                        ? signal.dim(1).minus(length).floorDiv(step).plus(1)
                        : in.unknown();
        var results =
                length == null ? in.unknown() : onesided ? length.floorDiv(2).plus(1) : length;
        return Shape.of(batch, frames, results, Dim.of(2));
    }

    private static @Nullable Dim frameLength(InferContext in) {
        if (in.has(3)) {
            return single(in, 3);
        }
        if (in.has(2)) {
            return in.shape(2).isRanked() ? in.shape(2).dim(0) : null;
        }
        return in.shape(0).isRanked() ? in.shape(0).dim(1) : null;
    }

    private static @Nullable Dim single(InferContext in, int input) {
        var content = in.content(input);
        return content == null || content.size() != 1 ? null : content.getFirst();
    }

    private Tensor evaluate(EvalContext in) {
        var signal = in.tensor(0);
        var window = in.optionalTensor(2);
        long step = in.tensor(1).getLong(0);
        long samples = signal.dim(1);
        long parts = signal.rank() == 3 ? signal.dim(2) : 1;
        int length =
                Math.toIntExact(
                        in.has(3)
                                ? in.tensor(3).getLong(0)
                                : window == null ? samples : window.size());
        if (step < 1
                || length < 1
                || length > samples
                || window != null && window.size() != length) {
            throw new InputException(
                    Problem.of("the frames do not fit the signal")
                            .expected(
                                    "a step of at least 1 and a length of 1 to "
                                            + samples
                                            + ", the window's where given")
                            .got(
                                    "step "
                                            + step
                                            + ", length "
                                            + length
                                            + (window == null
                                                    ? ""
                                                    : ", window of " + window.size())));
        }
        long frames = 1 + (samples - length) / step;
        int results = onesided ? length / 2 + 1 : length;
        var result = Tensor.zeros(signal.dtype(), signal.dim(0), frames, results, 2);
        for (long i = 0; i < signal.dim(0) * frames; i++) {
            var frame = Spectrum.zeros(length);
            for (int n = 0; n < length; n++) {
                long at = (i / frames * samples + i % frames * step + n) * parts;
                double weight = window == null ? 1 : window.getDouble(n);
                frame.real()[n] = weight * signal.getDouble(at);
                frame.imaginary()[n] = parts == 2 ? weight * signal.getDouble(at + 1) : 0;
            }
            var transformed = frame.transform(false);
            for (int k = 0; k < results; k++) {
                result.setDouble((i * results + k) * 2, transformed.real()[k]);
                result.setDouble((i * results + k) * 2 + 1, transformed.imaginary()[k]);
            }
        }
        return result;
    }
}
