package dev.tenon.kernels.conv;

import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.conv.winograd.Transform;
import dev.tenon.kernels.conv.winograd.TransformedWeights;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.emitted.GemmRoutines;
import dev.tenon.kernels.gemm.emitted.GemmRoutines.Availability;
import dev.tenon.kernels.gemm.emitted.PanelRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/// One convolution by minimal filtering. The tiles of all images are numbered in order.
///
/// @param x native
/// @param y native
/// @param zeros as many as a row of tiles has
record WinogradCall(
        TransformedWeights weights,
        ConvShape shape,
        MemorySegment x,
        MemorySegment y,
        MemorySegment zeros,
        Epilogue epilogue) {
    /// Tiles whose products are computed at once, at least and at most.
    private static final int MIN_BLOCK = 24;

    private static final int MAX_BLOCK = 256;

    /// With fewer blocks than this, threads share the work of all tiles step by step.
    private static final int MIN_BLOCKS = 6;

    /// Tiles that a thread then transforms at a time.
    private static final int GRAIN = 8;

    /// Numbers between the matrices of a block, so that they do not meet in the same cache lines.
    private static final int GAP = 16;

    WinogradCall {
        Addresses.of(x, 0, (long) shape.images() * shape.inputSize() * shape.channels());
        Addresses.of(y, 0, (long) shape.images() * shape.outputSize() * shape.features());
    }

    private Transform transform() {
        return weights.transform();
    }

    private int tilesAcross() {
        return transform().across(shape.output());
    }

    private int tilesOfImage() {
        return transform().tiles(shape.output());
    }

    Work work(NativeScratch room) {
        int tiles = Math.multiplyExact(shape.images(), tilesOfImage());
        if (tiles == 0) {
            return Work.NONE;
        }
        int blocks = Math.ceilDiv(tiles, block());
        if (blocks < MIN_BLOCKS) {
            var block = new Block(this, 0, tiles);
            block.place(room);
            return Work.sequence(weights::make, block.work(GRAIN));
        }
        int count = Math.ceilDiv(tiles, blocks);
        var all = new Block[Math.ceilDiv(tiles, count)];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Block(this, i * count, Math.min(count, tiles - i * count));
        }
        return Work.sequence(weights::make, Work.ofChunks(all.length, i -> all[i].run()));
    }

    /// How many tiles make inputs and products as large as the weights, so that neither comes from
    /// far too often.
    private int block() {
        long channels = shape.channels();
        long features = shape.features();
        return Math.clamp(channels * features / (channels + features), MIN_BLOCK, MAX_BLOCK);
    }

    /// Some tiles, their transformed inputs and the products. One thread at a time says where these
    /// are.
    private static final class Block {
        private final WinogradCall call;
        private final ConvShape shape;
        private final Transform transform;
        private final int first;
        private final int count;
        private final PanelRows rows;
        private MemorySegment inputs = MemorySegment.NULL;
        private MemorySegment products = MemorySegment.NULL;

        Block(WinogradCall call, int first, int count) {
            this.call = call;
            this.shape = call.shape;
            this.transform = call.transform();
            this.first = first;
            this.count = count;
            if (!(GemmRoutines.here() instanceof Availability.Ready(var routines))) {
                throw new IllegalStateException("there is no machine code for products");
            }
            rows =
                    new PanelRows(
                            routines,
                            count,
                            (long) shape.channels() * Float.BYTES,
                            (long) shape.features() * Float.BYTES);
        }

        void place(NativeScratch scratch) {
            inputs = scratch.floats(transform.products() * matrix(shape.channels()));
            products = scratch.floats(transform.products() * matrix(shape.features()));
        }

        /// Numbers from one matrix of the block to the next.
        private long matrix(int columns) {
            return (long) count * columns + GAP;
        }

        /// The block in the memory of the current thread.
        void run() {
            try (var scratch = NativeScratch.open()) {
                place(scratch);
                transformInputs(0, count);
                for (int i = 0; i < transform.products(); i++) {
                    multiply(i);
                }
                transformProducts(0, count);
                if (hasEpilogue()) {
                    for (int band = 0; band < bands(); band++) {
                        finish(firstBand() + band);
                    }
                }
                Reference.reachabilityFence(inputs);
                Reference.reachabilityFence(products);
            }
        }

        /// The block step by step, by several threads.
        ///
        /// @param grain tiles that are transformed at a time
        Work work(int grain) {
            return Work.sequence(
                    Work.ofRanges(count, grain, this::transformInputs),
                    Work.ofChunks(transform.products(), this::multiply),
                    Work.ofRanges(count, grain, this::transformProducts),
                    hasEpilogue()
                            ? Work.ofChunks(bands(), band -> finish(firstBand() + band))
                            : Work.NONE);
        }

        private boolean hasEpilogue() {
            return !call.epilogue.equals(Epilogue.NONE);
        }

        private int firstBand() {
            return first / call.tilesAcross();
        }

        private int bands() {
            return (first + count - 1) / call.tilesAcross() - firstBand() + 1;
        }

        private int image(int tile) {
            return (first + tile) / call.tilesOfImage();
        }

        /// The first row of outputs of a tile.
        private int row(int tile) {
            return (first + tile) % call.tilesOfImage() / call.tilesAcross() * transform.outputs();
        }

        /// The first column of outputs of a tile.
        private int column(int tile) {
            return (first + tile) % call.tilesAcross() * transform.outputs();
        }

        /// The tile after the last of those beside a tile.
        private int endOfBand(int tile) {
            int across = call.tilesAcross();
            return ((first + tile) / across + 1) * across - first;
        }

        private void transformInputs(long from, int length) {
            int size = transform.inputs();
            int height = shape.input()[1];
            int width = shape.input()[2];
            long pixelBytes = (long) shape.channels() * Float.BYTES;
            try (var scratch = NativeScratch.open()) {
                var rows = scratch.floats(2L * size);
                int end = (int) from + length;
                for (int tile = (int) from, next; tile < end; tile = next) {
                    next = Math.min(end, endOfBand(tile));
                    int top = row(tile) - shape.before()[1];
                    int left = column(tile) - shape.before()[2];
                    for (int i = 0; i < size; i++) {
                        long pixel = ((long) image(tile) * height + top + i) * width + left;
                        boolean exists = top + i >= 0 && top + i < height;
                        rows.setAtIndex(
                                ValueLayout.JAVA_LONG,
                                i,
                                exists
                                        ? call.x.address() + pixel * pixelBytes
                                        : call.zeros.address());
                    }
                    transform
                            .inputRoutine()
                            .call(
                                    rows.address(),
                                    inputs.address() + tile * pixelBytes,
                                    shape.channels(),
                                    matrix(shape.channels()) * Float.BYTES,
                                    Math.max(0, -left),
                                    Math.max(0, width - left),
                                    next - tile,
                                    0);
                }
            }
        }

        /// One of the products of matrices.
        private void multiply(int index) {
            long from = inputs.address() + index * matrix(shape.channels()) * Float.BYTES;
            long to = products.address() + index * matrix(shape.features()) * Float.BYTES;
            rows.multiplyAll(from, to, call.weights.matrix(index), 0, shape.features());
        }

        private void transformProducts(long from, int length) {
            long pixelBytes = (long) shape.features() * Float.BYTES;
            int width = shape.output()[2];
            int height = shape.output()[1];
            int end = (int) from + length;
            for (int tile = (int) from, next; tile < end; tile = next) {
                next = Math.min(end, endOfBand(tile));
                long pixel = ((long) image(tile) * height + row(tile)) * width + column(tile);
                transform
                        .outputRoutine()
                        .call(
                                products.address() + tile * pixelBytes,
                                call.y.address() + pixel * pixelBytes,
                                shape.features(),
                                matrix(shape.features()) * Float.BYTES,
                                width * pixelBytes,
                                height - row(tile),
                                width - column(tile),
                                next - tile);
            }
        }

        /// The outputs of those tiles that are side by side in a row of tiles.
        private void finish(int band) {
            int across = call.tilesAcross();
            int begin = Math.max(band * across, first) - first;
            int end = Math.min((band + 1) * across, first + count) - first;
            int width = shape.output()[2];
            int from = column(begin);
            int to = Math.min(width, column(end - 1) + transform.outputs());
            int rows = Math.min(transform.outputs(), shape.output()[1] - row(begin));
            long pixel = ((long) image(begin) * shape.output()[1] + row(begin)) * width + from;
            if (to - from == width) {
                apply(pixel, rows * width);
            } else {
                for (int i = 0; i < rows; i++) {
                    apply(pixel + (long) i * width, to - from);
                }
            }
        }

        private void apply(long pixel, int pixels) {
            int features = shape.features();
            call.epilogue.applyTo(call.y, pixel * features, features, pixels, features, pixel, 0);
        }
    }
}
