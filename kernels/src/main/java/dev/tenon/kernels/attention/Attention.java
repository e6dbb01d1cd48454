package dev.tenon.kernels.attention;

import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;

/// Scaled dot-product attention of `f32` heads: `softmax(cap(Q · Kᵀ · scale) + bias) · V`.
///
/// Query heads share the heads of keys and values in groups that follow each other. A query that
/// sees no key gives zeros.
public interface Attention {
    /// The kernels, best first.
    KernelFamily<Query, Attention> FAMILY =
            KernelFamily.of("attention", new EmittedAttention(), new JavaAttention())
                    .checkedOn(AttentionSamples::all);

    /// What is known when a plan is made.
    ///
    /// @param softcap scores are bounded by `softcap · tanh(score / softcap)`; 0 where they are not
    record Query(float softcap) {}

    /// Vectors of adjacent features, one for each sample, head and position. Offset and strides
    /// count elements, so that heads may be packed in rows, or be columns of a wider matrix.
    ///
    /// @param heads how many
    /// @param length how many positions
    /// @param size features of a head
    record Heads(
            MemorySegment memory,
            long offset,
            int heads,
            int length,
            int size,
            long batchStride,
            long headStride,
            long rowStride) {
        /// `[batch, head, position, feature]`.
        public static Heads apart(
                MemorySegment memory, long offset, int heads, int length, int size) {
            long head = (long) length * size;
            return new Heads(memory, offset, heads, length, size, heads * head, head, size);
        }

        /// `[batch, position, head · feature]`, perhaps some columns of wider rows.
        ///
        /// @param width of a row
        public static Heads packed(
                MemorySegment memory, long offset, int heads, int length, int size, long width) {
            return new Heads(memory, offset, heads, length, size, length * width, size, width);
        }

        /// The same places in other memory.
        Heads in(MemorySegment other) {
            return new Heads(
                    other, offset, heads, length, size, batchStride, headStride, rowStride);
        }

        /// Where a vector begins.
        public long at(int sample, int head, int position) {
            return offset + sample * batchStride + head * headStride + position * rowStride;
        }
    }

    /// The operands of a call.
    ///
    /// @param batch samples
    /// @param out as many heads and positions as `q`, with features as `v`
    record Call(
            int batch, Heads q, Heads k, Heads v, Heads out, float scale, Visibility visibility) {
        /// The head of keys and values that a query head reads.
        int sharedHead(int head) {
            return head / (q.heads / k.heads);
        }

        boolean isEmpty() {
            return batch == 0 || q.heads == 0 || q.length == 0 || v.size == 0;
        }
    }

    /// @param room lasts as long as the work
    Work prepare(Call call, NativeScratch room);

    /// Computes once.
    default void run(Call call, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(call, room).run(workers);
        }
    }
}
