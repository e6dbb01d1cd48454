package dev.tenon.kernels;

import java.util.Arrays;
import java.util.List;

/// A computation on memory that is known: all that is left is to compute.
///
/// Whatever depends on extents and addresses is found when a kernel makes the work, so that doing
/// it, again and again with other elements in the same memory, makes no objects. It may be done by
/// one thread at a time, together with its workers.
@FunctionalInterface
public interface Work {
    /// Computes the results from what lies in the operands' memory now.
    void run(Workers workers);

    /// There is nothing to compute.
    Work NONE = _ -> {};

    /// A number of chunks.
    static Work ofChunks(long count, Workers.Chunk body) {
        int chunks = Math.toIntExact(count);
        return chunks == 0 ? NONE : workers -> workers.run(chunks, body);
    }

    /// The elements `0 … length` in runs of `grain`.
    static Work ofRanges(long length, int grain, Workers.Range body) {
        return ofChunks(
                Math.ceilDiv(length, grain),
                i -> body.run((long) i * grain, (int) Math.min(grain, length - (long) i * grain)));
    }

    /// One after the other.
    static Work sequence(List<? extends Work> steps) {
        var some = steps.stream().filter(step -> !step.equals(NONE)).toArray(Work[]::new);
        return switch (some.length) {
            case 0 -> NONE;
            case 1 -> some[0];
            default -> new Sequence(some);
        };
    }

    /// One after the other.
    static Work sequence(Work... steps) {
        return sequence(Arrays.asList(steps));
    }

    /// Several pieces of work, one after the other.
    final class Sequence implements Work {
        private final Work[] steps;

        private Sequence(Work[] steps) {
            this.steps = steps;
        }

        @Override
        public void run(Workers workers) {
            for (var step : steps) {
                step.run(workers);
            }
        }
    }
}
