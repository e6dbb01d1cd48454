package dev.tenon.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.conv.winograd.ExpectedError;
import dev.tenon.kernels.conv.winograd.Transform;
import dev.tenon.kernels.gemm.Epilogue;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The expected error of minimal filtering against that which is measured.
class MinimalFilteringErrorTest {
    private static final int SIZE = 18;
    private static final int FEATURES = 8;

    /// Weights of different character.
    private enum Weights {
        NORMAL,
        POSITIVE,
        EDGES,
        ONE_TAP,
        FEW_CHANNELS;

        float draw(Random random, int channel, int tap) {
            float number = (float) random.nextGaussian();
            return switch (this) {
                case NORMAL -> number;
                case POSITIVE -> random.nextFloat();
                case EDGES -> (tap % 3 == 1 ? -2 : 1) * (1 + 0.01f * number);
                case ONE_TAP -> tap == 0 ? number : 0;
                case FEW_CHANNELS -> channel % 16 == 0 ? 100 * number : number;
            };
        }

        Tensor tensor(int channels) {
            var random = new Random(7);
            var elements = new float[FEATURES * channels * 9];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = draw(random, i / 9 % channels, i % 9);
            }
            return Tensor.of(elements, FEATURES, channels, 3, 3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void estimatesAreAtMostThreeTimesWhatIsMeasured(Transform transform) {
        for (var weights : Weights.values()) {
            for (int channels : new int[] {3, 64, 400}) {
                var tensor = weights.tensor(channels);
                double expected = ExpectedError.of(transform, tensor);
                double actual = measured(transform, tensor, channels);
                assertTrue(
                        actual < expected && expected < 3 * actual,
                        () ->
                                "%s, %s, %d channels: expected %.2e, measured %.2e"
                                        .formatted(transform, weights, channels, expected, actual));
            }
        }
    }

    @Test
    void weightsOfZeroHaveNoError() {
        for (var transform : Transform.values()) {
            assertEquals(0, ExpectedError.of(transform, Tensor.of(new float[18], 1, 2, 3, 3)));
        }
    }

    /// The root mean square of the error by that of the outputs.
    private static double measured(Transform transform, Tensor weights, int channels) {
        var shape =
                new ConvShape(
                        1,
                        channels,
                        FEATURES,
                        1,
                        new int[] {1, SIZE, SIZE},
                        new int[] {1, 3, 3},
                        new int[] {1, 1, 1},
                        new int[] {1, 1, 1},
                        new int[3],
                        new int[] {1, SIZE - 2, SIZE - 2});
        var random = new Random(8);
        var x = new float[SIZE * SIZE * channels];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        var query = Conv.Query.of(weights, shape, Layout.CHANNELS_LAST, Layout.CHANNELS_LAST);
        var kernel = new WinogradConv(_ -> Optional.of(transform));
        assumeTrue(kernel.refuses(query).isEmpty(), () -> kernel.refuses(query).toString());
        int outputs = shape.outputSize() * FEATURES;
        var y = MemorySegment.ofArray(new float[outputs]);
        kernel.bind(query).run(MemorySegment.ofArray(x), y, shape, Epilogue.NONE, Workers.CALLER);
        var w = weights.toFloats();
        double errors = 0;
        double squares = 0;
        for (int i = 0; i < outputs; i++) {
            double exact = exact(x, w, channels, i / FEATURES, i % FEATURES);
            double error = Memory.getFloat(y, i) - exact;
            errors += error * error;
            squares += exact * exact;
        }
        return Math.sqrt(errors / squares);
    }

    private static double exact(float[] x, float[] w, int channels, int position, int feature) {
        int row = position / (SIZE - 2);
        int column = position % (SIZE - 2);
        double sum = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int tap = 0; tap < 9; tap++) {
                int pixel = (row + tap / 3) * SIZE + column + tap % 3;
                sum +=
                        (double) x[pixel * channels + channel]
                                * w[(feature * channels + channel) * 9 + tap];
            }
        }
        return sum;
    }
}
