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
final class QueryBlock {
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

    private final float softcap;
    private final Call call;
    private final int sample;
    private final int head;
    private final int from;
    private final int rows;
    private final Panels keys;
    private final Panels values;

    /// Numbers from row to row of the scores.
    private final int width;

    private final PanelRows scoring;
    private final PanelRows mixing;
    private final long queries;
    private final long results;

    /// @param from the first query
    /// @param rows how many there are
    QueryBlock(
            GemmRoutines products,
            float softcap,
            Call call,
            int sample,
            int head,
            int from,
            int rows,
            PackingAttention.Packed packed) {
        this.softcap = softcap;
        this.call = call;
        this.sample = sample;
        this.head = head;
        this.from = from;
        this.rows = rows;
        keys = packed.keys();
        values = packed.values();
        width = Math.ceilDiv(values.blockDepth(0), ALIGNMENT) * ALIGNMENT;
        long widthBytes = (long) width * Float.BYTES;
        long queryBytes = call.q().rowStride() * Float.BYTES;
        scoring = new PanelRows(products, rows, queryBytes, widthBytes);
        mixing = new PanelRows(products, rows, widthBytes, resultBytes());
        queries = address(call.q());
        results = address(call.out());
    }

    private long address(Heads heads) {
        long extent = (rows - 1) * heads.rowStride() + heads.size();
        return Addresses.of(heads.memory(), heads.at(sample, head, from), extent);
    }

    private long resultBytes() {
        return call.out().rowStride() * Float.BYTES;
    }

    void run() {
        boolean whole = call.visibility().isWhole();
        int first = whole ? 0 : Integer.MAX_VALUE;
        int end = whole ? call.visibility().keys() : 0;
        for (int i = from; !whole && i < from + rows; i++) {
            first = Math.min(first, call.visibility().first(sample, i));
            end = Math.max(end, call.visibility().end(sample, i));
        }
        try (var scratch = NativeScratch.open()) {
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
                scoring.multiplyAll(queries, scores.address(), keys, start / Panels.WIDTH, count);
                weights(start, count, scores, bias, states);
                if (begun) {
                    scale(Step.SCALING, states);
                }
                mixing.multiply(
                        scores.address(), results, values, block, 0, values.columns(), begun);
                begun = true;
            }
            if (!begun) {
                for (int i = 0; i < rows; i++) {
                    clear(from + i);
                }
                return;
            }
            scale(Step.DIVISION, states);
            if (!whole || call.visibility().mask() != null) {
                clearBlind(states);
            }
        }
    }

    private void weights(
            int start, int count, MemorySegment scores, MemorySegment room, MemorySegment states) {
        float scale = call.scale();
        if (softcap != 0) {
            cap(scores, count);
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
            loadBias(start, count, room);
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

    private void cap(MemorySegment scores, int count) {
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

    private void loadBias(int start, int count, MemorySegment to) {
        try (var scratch = Scratch.open()) {
            var row = scratch.floats(count);
            for (int i = 0; i < rows; i++) {
                call.visibility().load(sample, head, from + i, start, row, 0, count);
                Memory.store(row, 0, to, (long) i * width, count);
            }
        }
    }

    private void scale(Step step, MemorySegment states) {
        EmittedAttention.STEPS
                .get(step)
                .call(results, resultBytes(), rows, call.out().size(), states.address(), 0, 0, 0);
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
        Memory.clear(call.out().memory(), offset, bytes);
    }
}
