package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.Tensor;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.RecordAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Regression, or the detection of outliers, by a support vector machine (ONNX `SVMRegressor`).
///
/// The input is `[N, F]`; the output is `[N, 1]`, `float32`.
///
/// @param coefficients of the support vectors; without any, of the features
/// @param kernelParams gamma, coef0 and degree
/// @param nSupports how many support vectors there are
/// @param oneClass whether the result is 1 above zero and -1 elsewhere
/// @param rho what is added, one number
public record SVMRegressor(
        Floats coefficients,
        @Nullable Floats kernelParams,
        Kernel kernelType,
        int nSupports,
        boolean oneClass,
        PostTransform postTransform,
        @Nullable Floats rho,
        @Nullable Floats supportVectors)
        implements Ml {
    public static final OpDef<SVMRegressor> DEF =
            OpDef.of(SVMRegressor.class)
                    .infer((_, in) -> List.of(Samples.rows(in, DType.FLOAT32, 1)))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .onnx(
                            DOMAIN,
                            "SVMRegressor",
                            1,
                            a ->
                                    RecordAttributes.read(
                                            SVMRegressor.DEF, a, List.of("coefficients")))
                    .build();

    @Override
    public OpDef<SVMRegressor> def() {
        return DEF;
    }

    private Tensor evaluate(Tensor data) {
        return new Samples(data)
                .map(
                        DType.FLOAT32,
                        1,
                        sample -> {
                            double sum = rho == null ? 0 : rho.get(0);
                            if (nSupports == 0 || supportVectors == null) {
                                sum += Kernel.LINEAR.of(kernelParams, sample, coefficients, 0);
                            } else {
                                for (int i = 0; i < nSupports; i++) {
                                    sum +=
                                            coefficients.get(i)
                                                    * kernelType.of(
                                                            kernelParams,
                                                            sample,
                                                            supportVectors,
                                                            i);
                                }
                            }
                            return oneClass
                                    ? new double[] {sum > 0 ? 1 : -1}
                                    : postTransform.apply(sum);
                        });
    }
}
