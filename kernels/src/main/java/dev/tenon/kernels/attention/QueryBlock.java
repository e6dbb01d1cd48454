package dev.tenon.kernels.attention;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.attention.Attention.Call;
import dev.tenon.kernels.attention.Attention.Heads;
import dev.tenon.kernels.attention.EmittedAttention.Step;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.emitted.GemmRoutines;
import dev.tenon.kernels.gemm.emitted.PanelRows;
import dev.tenon.kernels.gemm.emitted.Panels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The results of some adjacent queries of one head, all of whose operands are native.
///
/// @param from the first query
/// @param rows how many there are
record QueryBlock(
        GemmRoutines products, float softcap, Call call, int sample, int head, int from, int rows) {
    private static final int STATE = WeightCode.STATE_BYTES / Float.BYTES;

    /// The states of rows that no key was seen for.
    private static final MemorySegment INITIAL = initial();

    /// Rows of scores begin at multiples of so many numbers.
    private static final int ALIGNMENT = 16;

    private static MemorySegment initial() {
        int rows = PackingAttention.MAX_QUERIES;
        var states = Arena.ofAuto().allocate((long) rows * WeightCode.STATE_BYTES, Long.BYTES);
        for (long i = 0; i < rows; i++) {
            Memory.set(states, i * STATE + WeightCode.MAX, Float.NEGATIVE_INFINITY);
        }
        return states;
    }

    /// @param keys with a column a key
    /// @param values with a row a key
    void run(Panels keys, Panels values) {
        var out = call.out();
        long to = address(out);
        long stride = out.rowStride() * Float.BYTES;
        boolean whole = call.visibility().isWhole();
        int first = whole ? 0 : Integer.MAX_VALUE;
        int end = whole ? call.visibility().keys() : 0;
        for (int i = from; !whole && i < from + rows; i++) {
            first = Math.min(first, call.visibility().first(sample, i));
            end = Math.max(end, call.visibility().end(sample, i));
        }
        try (var scratch = NativeScratch.open()) {
            int width = Math.ceilDiv(values.blockDepth(0), ALIGNMENT) * ALIGNMENT;
            var scores = scratch.floats((long) rows * width);
            var bias = scratch.floats((long) rows * width);
            var states = scratch.floats((long) rows * STATE);
            long stateBytes = (long) rows * WeightCode.STATE_BYTES;
            MemorySegment.copy(INITIAL, 0, states, 0, stateBytes);
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
                    scale(Step.SCALING, to, stride, states);
                }
                rows(scores.address(), width, to, stride)
                        .multiply(values, block, 0, values.columns(), begun);
                begun = true;
            }
            if (!begun) {
                for (int i = 0; i < rows; i++) {
                    clear(from + i);
                }
                return;
            }
            scale(Step.DIVISION, to, stride, states);
            if (!whole || call.visibility().mask() != null) {
                clearBlind(states);
            }
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

    private void scale(Step step, long to, long stride, MemorySegment states) {
        EmittedAttention.STEPS
                .get(step)
                .call(to, stride, rows, call.out().size(), states.address(), 0, 0, 0);
    }

    /// Sets the results of queries that see no key to 0.
    private void clearBlind(MemorySegment states) {
        try (var scratch = Scratch.open()) {
            var bias = scratch.floats(call.visibility().keys());
            for (int i = 0; i < rows; i++) {
                if (Memory.getFloat(states, (long) i * STATE + WeightCode.SUM) == 0
                        && call.visibility().isBlind(sample, head, from + i, bias)) {
                    clear(from + i);
                }
            }
        }
    }

    private void clear(int query) {
        long offset = call.out().at(sample, head, query) * Float.BYTES;
        long bytes = (long) call.out().size() * Float.BYTES;
        call.out().memory().asSlice(offset, bytes).fill((byte) 0);
    }
}
