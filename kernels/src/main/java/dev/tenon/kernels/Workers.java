package dev.tenon.kernels;

/// Runs the chunks of one piece of work, on one thread or several.
///
/// Kernels cut their work by shape alone, never by the number of threads, so that results do not
/// depend on it.
public interface Workers {
    /// One part of the work.
    @FunctionalInterface
    interface Chunk {
        /// Computes the part of an index, counted from 0. Parts may run in any order and at once.
        void run(int index);
    }

    /// Everything on the calling thread.
    Workers CALLER =
            (chunks, body) -> {
                for (int i = 0; i < chunks; i++) {
                    body.run(i);
                }
            };

    /// Runs all chunks and returns when they are done; what a chunk throws is thrown here.
    void run(int chunks, Chunk body);

    /// Cuts `0 … length` into runs of `grain` and computes them.
    default void forRanges(long length, int grain, Range body) {
        Work.ofRanges(length, grain, body).run(this);
    }

    /// A run of consecutive elements.
    @FunctionalInterface
    interface Range {
        void run(long from, int length);
    }
}
