package dev.tenon.kernels.norm;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Sums;
import dev.tenon.kernels.Work;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Group normalisation in plain Java, one group at a time; statistics are summed in `double`.
final class JavaNormalize implements Kernel<Normalize.Query, Normalize> {
    private static final int PIECE = 4096;

    @Override
    public String name() {
        return "normalize-java";
    }

    @Override
    public Optional<Refusal> refuses(Normalize.Query query) {
        return Optional.empty();
    }

    @Override
    public Normalize bind(Normalize.Query query, Storage storage) {
        return (x, y, groups, room) ->
                groups.length() == 0
                        ? Work.NONE
                        : Work.ofRanges(
                                groups.groups(),
                                Math.max(1, PIECE / groups.length()),
                                (from, count) -> normalize(query, x, y, groups, from, count));
    }

    private static void normalize(
            Normalize.Query query,
            MemorySegment x,
            MemorySegment y,
            Normalize.Groups groups,
            long from,
            int count) {
        int length = groups.length();
        try (var scratch = Scratch.open()) {
            var piece = scratch.floats(length);
            var scale = scratch.floats(length);
            var bias = scratch.floats(length);
            long loaded = -1;
            for (long group = from; group < from + count; group++) {
                long start = group * length;
                long phase = start % ((long) groups.run() * groups.period());
                if (phase != loaded) {
                    spread(groups.scale(), 1, groups, start, scale);
                    spread(groups.bias(), 0, groups, start, bias);
                    loaded = phase;
                }
                Memory.load(x, start, piece, 0, length);
                apply(query, piece, scale, bias, length);
                Memory.store(piece, 0, y, start, length);
            }
        }
    }

    private static void apply(
            Normalize.Query query, float[] piece, float[] scale, float[] bias, int n) {
        double center =
                query.statistic() == Normalize.Statistic.DEVIATION ? Sums.sum(piece, 0, n) / n : 0;
        double spread = Sums.squares(piece, 0, n, center) / n;
        float mean = (float) center;
        float factor = (float) (1 / Math.sqrt(spread + query.epsilon()));
        for (int j = 0; j < n; j++) {
            piece[j] = Math.fma((piece[j] - mean) * factor, scale[j], bias[j]);
        }
    }

    /// The scale of each element of a group.
    private static void spread(
            @Nullable MemorySegment values,
            float otherwise,
            Normalize.Groups groups,
            long start,
            float[] to) {
        int length = groups.length();
        if (values == null) {
            Arrays.fill(to, 0, length, otherwise);
        } else if (groups.run() == 1 && groups.period() == length) {
            Memory.load(values, 0, to, 0, length);
        } else {
            for (int j = 0; j < length; j++) {
                to[j] = Memory.getFloat(values, (start + j) / groups.run() % groups.period());
            }
        }
    }
}
