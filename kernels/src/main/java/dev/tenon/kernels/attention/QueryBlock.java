package dev.tenon.kernels.attention;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.attention.Attention.Call;
import dev.tenon.kernels.attention.Attention.Heads;
import dev.tenon.kernels.attention.WeightCode.Step;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.emitted.GemmRoutines;
import dev.tenon.kernels.gemm.emitted.PanelRows;
import dev.tenon.kernels.gemm.emitted.Panels;
import java.lang.foreign.MemorySegment;

/// The results of some adjacent queries of one head, all of whose operands are native.
///
/// @param from the first query
/// @param rows how many there are
record QueryBlock(
        GemmRoutines products,
        float softcap,
        Call call,
        int sample,
        int head,
        int from,
        int rows) {
    private static final int STATE = WeightCode.STATE_BYTES / Float.BYTES;

    /// Rows of scores begin at multiples of so many numbers.
    private static final int ALIGNMENT = 16;

    /// @param keys with a column a key
    /// @param values with a row a key
    void run(Panels keys, Panels values) {
        var out = call.out();
        long to = address(out);
        long stride = out.rowStride() * Float.BYTES;
        int first = Integer.MAX_VALUE;
        int end = 0;
        for (int i = from; i < from + rows; i++) {
            first = Math.min(first, call.visibility().first(sample, i));
            end = Math.max(end, call.visibility().end(sample, i));
        }
        try (var scratch = NativeScratch.open()) {
            int width = Math.ceilDiv(values.blockDepth(0), ALIGNMENT) * ALIGNMENT;
            var scores = scratch.floats((long) rows * width);
            var bias = scratch.floats((long) rows * width);
            var states = scratch.floats((long) rows * STATE);
            for (int i = 0; i < rows; i++) {
                Memory.set(states, (long) i * STATE + WeightCode.MAX, Float.NEGATIVE_INFINITY);
                Memory.set(states, (long) i * STATE + WeightCode.SUM, 0f);
            }
            boolean begun = false;
            for (int block = 0; block < values.blocks(); block++) {
                int start = values.blockStart(block);
                int count = values.blockDepth(block);
                if (start >= end || start + count <= first) {
                    continue;
                }
                scores(keys, start, count, scores.address(), width);
                weights(start, count, scores, width, bias, states);
                if (begun) {
                    scale(to, stride, states, WeightCode.FACTOR);
                }
                rows(scores.address(), width, to, stride)
                        .multiply(values, block, 0, values.columns(), begun);
                begun = true;
            }
            if (!begun) {
                clear();
                return;
            }
            for (int i = 0; i < rows; i++) {
                invertSum(states, i);
            }
            scale(to, stride, states, WeightCode.FACTOR);
        }
    }

    private long address(Heads heads) {
        long extent = (rows - 1) * heads.rowStride() + heads.size();
        return Addresses.of(heads.memory(), heads.at(sample, head, from), extent);
    }

    private PanelRows rows(long a, long aStride, long c, long cBytes) {
        return new PanelRows(products, rows, a, aStride * Float.BYTES, c, cBytes);
    }

    /// The products with the keys `start … start+count`, of which the first begins a panel.
    private void scores(Panels keys, int start, int count, long scores, int width) {
        var q = call.q();
        long a = address(q);
        var product = rows(a, q.rowStride(), scores, (long) width * Float.BYTES);
        for (int block = 0; block < keys.blocks(); block++) {
            product.from(a + (long) keys.blockStart(block) * Float.BYTES)
                    .multiply(keys, block, start / Panels.WIDTH, count, block > 0);
        }
    }

    private void weights(
            int start,
            int count,
            MemorySegment scores,
            int width,
            MemorySegment room,
            MemorySegment states) {
        float scale = call.scale();
        if (softcap != 0) {
            cap(scores, width, count);
            scale = 1;
        }
        var visibility = call.visibility();
        var mask = visibility.mask();
        long bias = 0;
        long biasBytes = 0;
        if (mask != null && visibility.isWhole() && !mask.isBoolean() && mask.memory().isNative()) {
            long extent = (rows - 1) * mask.queryStride() + count;
            bias = Addresses.of(mask.memory(), mask.at(sample, head, from) + start, extent);
            biasBytes = mask.queryStride() * Float.BYTES;
        } else if (mask != null || !visibility.isWhole()) {
            loadBias(start, count, room, width);
            bias = room.address();
            biasBytes = (long) width * Float.BYTES;
        }
        EmittedAttention.STEPS
                .get(bias == 0 ? Step.WEIGHTS : Step.BIASED_WEIGHTS)
                .call(
                        scores.address(),
                        (long) width * Float.BYTES,
                        rows,
                        count,
                        bias,
                        biasBytes,
                        states.address(),
                        Float.floatToRawIntBits(scale));
    }

    private void cap(MemorySegment scores, int width, int count) {
        try (var scratch = Scratch.open()) {
            var row = scratch.floats(count);
            for (int i = 0; i < rows; i++) {
                Memory.load(scores, (long) i * width, row, 0, count);
                for (int j = 0; j < count; j++) {
                    row[j] *= call.scale();
                }
                JavaAttention.cap(row, count, softcap);
                Memory.store(row, 0, scores, (long) i * width, count);
            }
        }
    }

    private void loadBias(int start, int count, MemorySegment to, int width) {
        try (var scratch = Scratch.open()) {
            var row = scratch.floats(count);
            for (int i = 0; i < rows; i++) {
                call.visibility().load(sample, head, from + i, start, row, 0, count);
                Memory.store(row, 0, to, (long) i * width, count);
            }
        }
    }

    /// @param field of the states, the factors
    private void scale(long to, long stride, MemorySegment states, int field) {
        long factors = states.address() + (long) field * Float.BYTES;
        EmittedAttention.STEPS
                .get(Step.SCALING)
                .call(to, stride, rows, call.out().size(), factors, 0, 0, 0);
    }

    /// Makes the factor that turns sums into means; 0 for a query that sees no key.
    private void invertSum(MemorySegment states, int row) {
        long state = (long) row * STATE;
        float sum = Memory.getFloat(states, state + WeightCode.SUM);
        float factor = 1 / sum;
        if (sum == 0) {
            try (var scratch = Scratch.open()) {
                var bias = scratch.floats(call.visibility().keys());
                factor =
                        call.visibility().isBlind(sample, head, from + row, bias) ? 0 : Float.NaN;
            }
        }
        Memory.set(states, state + WeightCode.FACTOR, factor);
    }

    private void clear() {
        for (int i = 0; i < rows; i++) {
            long offset = call.out().at(sample, head, from + i) * Float.BYTES;
            call.out()
                    .memory()
                    .asSlice(offset, (long) call.out().size() * Float.BYTES)
                    .fill((byte) 0);
        }
    }
}
