package dev.tenon.graph.op.signal;

import dev.tenon.base.DType;
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

/// Weights that turn a spectrum into bands of equal width on the mel scale (ONNX
/// `MelWeightMatrix`).
///
/// Inputs, each of one element: the number of bands, the length of the Fourier transform, the
/// sample rate, and the lowest and highest frequency in hertz. Output: `[length / 2 + 1, bands]`,
/// whose columns are triangles over the bins of the spectrum.
public record MelWeightMatrix(DType outputDatatype) implements Signal {
    public static final OpDef<MelWeightMatrix> DEF =
            OpDef.of(MelWeightMatrix.class)
                    .inputs(5)
                    .infer(
                            (op, in) ->
                                    List.of(
                                            Type.tensor(
                                                    op.outputDatatype,
                                                    Shape.of(
                                                            dim(in, 1).floorDiv(2).plus(1),
                                                            dim(in, 0)))))
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .noGradient("the inputs are settings")
                    .onnx(
                            "MelWeightMatrix",
                            17,
                            a -> new MelWeightMatrix(a.dtype("output_datatype", DType.FLOAT32)))
                    .build();

    @Override
    public OpDef<MelWeightMatrix> def() {
        return DEF;
    }

    private static Dim dim(InferContext in, int input) {
        var content = in.content(input);
        return content == null || content.size() != 1 ? in.unknown() : content.getFirst();
    }

    private Tensor evaluate(EvalContext in) {
        int bands = Math.toIntExact(in.tensor(0).getLong(0));
        long length = in.tensor(1).getLong(0);
        if (bands < 0 || length < 0) {
            throw new InputException(
                    Problem.of("not a number of bands, or not a length")
                            .expected("at least 0")
                            .got(bands + " and " + length));
        }
        long bins = length / 2 + 1;
        var result = Tensor.zeros(outputDatatype, bins, bands);
        var corners = corners(in, bands, length);
        for (int band = 0; band < bands; band++) {
            long left = corners[band];
            long centre = corners[band + 1];
            long right = corners[band + 2];
            if (left < 0 || right > bins) {
                throw new InputException(
                        Problem.of("a band lies outside of the spectrum")
                                .expected("bins 0 to " + bins)
                                .got(left + " to " + right));
            }
            for (long bin = left; bin < Math.min(right + 1, bins); bin++) {
                result.setDouble(bin * bands + band, weight(bin, left, centre, right));
            }
        }
        return result;
    }

    /// Rises from 0 on the left to 1 in the centre, and falls to 0 on the right.
    private static double weight(long bin, long left, long centre, long right) {
        if (bin == centre) {
            return 1;
        }
        return bin < centre
                ? (double) (bin - left) / (centre - left)
                : (double) (right - bin) / (right - centre);
    }

    /// The bins of `bands + 2` frequencies, equally far apart on the mel scale.
    private static long[] corners(EvalContext in, int bands, long length) {
        double rate = in.tensor(2).getDouble(0);
        double low = mel(in.tensor(3).getDouble(0));
        double high = mel(in.tensor(4).getDouble(0));
        double step = (high - low) / (bands + 2);
        var corners = new long[bands + 2];
        for (int i = 0; i < corners.length; i++) {
            double hertz = 700 * (Math.pow(10, (low + i * step) / 2595) - 1);
            corners[i] = (long) Math.floor((length + 1) * hertz / rate);
        }
        return corners;
    }

    private static double mel(double hertz) {
        return 2595 * Math.log10(1 + hertz / 700);
    }
}
