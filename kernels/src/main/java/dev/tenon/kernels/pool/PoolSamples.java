package dev.tenon.kernels.pool;

import dev.tenon.base.Layout;
import dev.tenon.kernels.Sample;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.conv.ConvShape;
import java.util.ArrayList;
import java.util.List;

/// Every fold in either layout, by windows that overlap and reach into the padding.
final class PoolSamples {
    private static final int CHANNELS = 37;
    private static final ConvShape SHAPE =
            new ConvShape(
                    2,
                    CHANNELS,
                    CHANNELS,
                    CHANNELS,
                    new int[] {1, 13, 13},
                    new int[] {1, 3, 3},
                    new int[] {1, 2, 2},
                    new int[] {1, 1, 1},
                    new int[] {0, 1, 1},
                    new int[] {1, 7, 7});

    private PoolSamples() {}

    static List<Sample<Pool.Query, Pool>> all() {
        var x = Sample.operand(SHAPE.images() * CHANNELS * SHAPE.inputSize());
        var samples = new ArrayList<Sample<Pool.Query, Pool>>();
        for (var layout : Layout.values()) {
            for (var fold : Pool.Fold.values()) {
                samples.add(
                        new Sample<>(
                                new Pool.Query(fold, layout),
                                pool -> {
                                    int count = SHAPE.images() * CHANNELS * SHAPE.outputSize();
                                    var y = Sample.result(count);
                                    pool.run(x, y, SHAPE, SHAPE.before(), Workers.CALLER);
                                    return Sample.values(y);
                                }));
            }
        }
        return samples;
    }
}
