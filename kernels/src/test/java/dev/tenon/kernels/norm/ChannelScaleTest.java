package dev.tenon.kernels.norm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelScaleTest {
    @ParameterizedTest
    @CsvSource({"1, 5, 7", "100, 3, 1", "2000, 96, 1", "3, 5000, 1", "2, 7, 63", "2, 3, 9000"})
    void scalesEachChannel(int outer, int channels, int inner) {
        var scale = new float[channels];
        var shift = new float[channels];
        for (int c = 0; c < channels; c++) {
            scale[c] = c + 1;
            shift[c] = -c;
        }
        var x = new float[outer * channels * inner];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 13;
        }
        var y = new float[x.length];
        new ChannelScale(scale, shift)
                .run(
                        MemorySegment.ofArray(x),
                        MemorySegment.ofArray(y),
                        new Lines(outer, channels, inner),
                        Workers.CALLER);
        for (int i = 0; i < x.length; i++) {
            int c = i / inner % channels;
            assertEquals(Math.fma(x[i], scale[c], shift[c]), y[i], "at " + i);
        }
    }
}
