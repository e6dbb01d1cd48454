package dev.tenon.graph.op.signal;

import dev.tenon.base.DType;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;

/// A window that fades a signal in and out (ONNX `HannWindow` and its siblings): sums of cosines
/// over one period.
///
/// Input: the number of samples, an integer of one element. Output: the window, a vector.
public sealed interface WindowFunction extends Signal {
    DType outputDatatype();

    /// Whether the period is one sample longer than the window, as Fourier transforms need it.
    boolean periodic();

    /// The amplitudes of the cosines of 0, 1, 2 … turns.
    double[] amplitudes();

    @FunctionalInterface
    interface Maker<W> {
        W make(DType outputDatatype, boolean periodic);
    }

    record HannWindow(DType outputDatatype, boolean periodic) implements WindowFunction {
        public static final OpDef<HannWindow> DEF = define(HannWindow.class, HannWindow::new);

        @Override
        public OpDef<HannWindow> def() {
            return DEF;
        }

        @Override
        public double[] amplitudes() {
            return new double[] {0.5, -0.5};
        }
    }

    record HammingWindow(DType outputDatatype, boolean periodic) implements WindowFunction {
        public static final OpDef<HammingWindow> DEF =
                define(HammingWindow.class, HammingWindow::new);

        @Override
        public OpDef<HammingWindow> def() {
            return DEF;
        }

        @Override
        public double[] amplitudes() {
            return new double[] {25.0 / 46, -21.0 / 46};
        }
    }

    record BlackmanWindow(DType outputDatatype, boolean periodic) implements WindowFunction {
        public static final OpDef<BlackmanWindow> DEF =
                define(BlackmanWindow.class, BlackmanWindow::new);

        @Override
        public OpDef<BlackmanWindow> def() {
            return DEF;
        }

        @Override
        public double[] amplitudes() {
            return new double[] {0.42, -0.5, 0.08};
        }
    }

    private static <W extends Record & WindowFunction> OpDef<W> define(
            Class<W> type, Maker<W> maker) {
        return OpDef.of(type)
                .infer((op, in) -> List.of(infer(op, in)))
                .reference((op, in) -> List.of(evaluate(op, in)))
                .noGradient("the input is an integer")
                .flops((op, types) -> 4 * types.outputSize(0))
                .onnx(
                        type.getSimpleName(),
                        17,
                        a ->
                                maker.make(
                                        a.dtype("output_datatype", DType.FLOAT32),
                                        a.flag("periodic", true)))
                .build();
    }

    private static Type infer(WindowFunction op, InferContext in) {
        var size = in.content(0);
        return Type.tensor(
                op.outputDatatype(),
                Shape.of(size == null || size.isEmpty() ? in.unknown() : size.getFirst()));
    }

    private static Tensor evaluate(WindowFunction op, EvalContext in) {
        long size = in.tensor(0).getLong(0);
        var window = Tensor.zeros(op.outputDatatype(), size);
        double period = op.periodic() ? size : Math.max(1, size - 1);
        for (long n = 0; n < size; n++) {
            double value = 0;
            for (int turns = 0; turns < op.amplitudes().length; turns++) {
                value += op.amplitudes()[turns] * Math.cos(2 * Math.PI * turns * n / period);
            }
            window.setDouble(n, value);
        }
        return window;
    }
}
