package dev.tenon.kernels.resample;

import dev.tenon.base.Layout;
import dev.tenon.kernels.Sample;
import dev.tenon.kernels.Workers;
import java.util.ArrayList;
import java.util.List;

/// Images made half as large again, in either mode and layout.
final class ResampleSamples {
    private static final int CHANNELS = 37;
    private static final int INPUT = 6;
    private static final int OUTPUT = 9;

    private ResampleSamples() {}

    static List<Sample<Resample.Query, Resample>> all() {
        var samples = new ArrayList<Sample<Resample.Query, Resample>>();
        var shape = new Resample.Shape(2, CHANNELS, axis(), axis());
        var x = Sample.operand(2 * CHANNELS * INPUT * INPUT);
        for (var layout : Layout.values()) {
            for (var mode : Resample.Mode.values()) {
                samples.add(
                        new Sample<>(
                                new Resample.Query(mode, layout),
                                resample -> {
                                    var y = Sample.result(2 * CHANNELS * OUTPUT * OUTPUT);
                                    resample.run(x, y, shape, Workers.CALLER);
                                    return Sample.values(y);
                                }));
            }
        }
        return samples;
    }

    private static Resample.Axis axis() {
        var first = new int[OUTPUT];
        var second = new int[OUTPUT];
        var blend = new float[OUTPUT];
        for (int i = 0; i < OUTPUT; i++) {
            float position = (float) i * (INPUT - 1) / (OUTPUT - 1);
            first[i] = (int) position;
            second[i] = Math.min(INPUT - 1, first[i] + 1);
            blend[i] = position - first[i];
        }
        return new Resample.Axis(INPUT, first, second, blend);
    }
}
