package dev.tenon.graph.op.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.SingleOp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {
    private static final double TOLERANCE = 1e-6;

    private static Tensor ramp(int length) {
        var tensor = Tensor.zeros(DType.FLOAT32, 1, length, 1);
        for (int i = 0; i < length; i++) {
            tensor.setDouble(i, i * i - 3);
        }
        return tensor;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8})
    void inverseUndoesTheTransform(int length) {
        var signal = ramp(length);
        var spectrum = SingleOp.tensor(new DFT(false, false), signal);
        var back = SingleOp.tensor(new DFT(true, false), spectrum);
        for (int i = 0; i < length; i++) {
            assertEquals(signal.getDouble(i), back.getDouble(2 * i), 1e-5);
            assertEquals(0, back.getDouble(2 * i + 1), 1e-5);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 8})
    void halfASpectrumIsEnoughForARealSignal(int length) {
        var signal = ramp(length);
        var axis = Tensor.scalar(1L);
        var size = Tensor.scalar((long) length);
        var half = SingleOp.tensor(new DFT(false, true), signal, size, axis);
        assertEquals(length / 2 + 1, half.dim(1));
        var back = SingleOp.tensor(new DFT(true, true), half, size, axis);
        assertArrayEquals(signal.dims(), back.dims());
        assertArrayEquals(signal.toDoubles(), back.toDoubles(), 1e-5);
    }

    @Test
    void framesAreTransformedAlone() {
        var signal = ramp(10);
        var window = Tensor.of(new float[] {1, 0.5f, 1, 2}, 4);
        var frames = SingleOp.tensor(new STFT(true), signal, Tensor.scalar(3L), window);
        assertArrayEquals(new long[] {1, 3, 3, 2}, frames.dims());
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += window.getDouble(i) * signal.getDouble(3 + i);
        }
        assertEquals(sum, frames.getDouble(6), 1e-4);
    }

    @Test
    void windowsBeginNearZero() {
        var four = Tensor.scalar(4L);
        var hann = SingleOp.tensor(new WindowFunction.HannWindow(DType.FLOAT32, true), four);
        assertArrayEquals(new double[] {0, 0.5, 1, 0.5}, hann.toDoubles(), TOLERANCE);
        var symmetric =
                SingleOp.tensor(
                        new WindowFunction.BlackmanWindow(DType.FLOAT64, false), Tensor.scalar(3L));
        assertArrayEquals(new double[] {0, 1, 0}, symmetric.toDoubles(), TOLERANCE);
        var single =
                SingleOp.tensor(
                        new WindowFunction.HammingWindow(DType.FLOAT32, false), Tensor.scalar(1L));
        assertEquals(4.0 / 46, single.getDouble(0), TOLERANCE);
    }

    @Test
    void bandsAreTriangles() {
        var result =
                SingleOp.tensor(
                        new MelWeightMatrix(DType.FLOAT32),
                        Tensor.scalar(8L),
                        Tensor.scalar(16L),
                        Tensor.scalar(8192L),
                        Tensor.scalar(0f),
                        Tensor.scalar(4096f));
        assertArrayEquals(new long[] {9, 8}, result.dims());
        for (int band = 0; band < 8; band++) {
            double peak = 0;
            for (int bin = 0; bin < 9; bin++) {
                peak = Math.max(peak, result.getDouble(bin * 8 + band));
            }
            assertEquals(1, peak);
        }
    }
}
