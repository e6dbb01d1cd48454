package dev.tenon.kernels.conv;

import dev.tenon.base.Layout;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.emitted.Avx2;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.move.StridedCopy;
import dev.tenon.kernels.move.StridedCopy.Place;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Channels-last transposed convolution whose windows tile the output: the product of the input's
/// positions with the weights of all taps, whose rows are dealt out to the lines of the output.
final class TilingTransposedConv implements EmittedKernel<TransposedConv.Query, TransposedConv> {
    /// Outputs of a chunk of work, about.
    private static final int GRAIN = 1 << 15;

    @Override
    public String name() {
        return "transposed-conv-gemm";
    }

    @Override
    public Optional<Refusal> refuses(TransposedConv.Query query) {
        if (query.layout() == Layout.CHANNELS_FIRST) {
            return refuse("the channels come first");
        }
        if (!query.tiles() || query.groups() != 1 || query.weights().rank() > 4) {
            return refuse("windows do not tile the output of all channels in one plane");
        }
        return Avx2.refusal().flatMap(this::refuse);
    }

    @Override
    public TransposedConv bind(TransposedConv.Query query) {
        int taps = query.taps();
        int channels = Math.toIntExact(query.weights().dim(0));
        int features = query.features();
        var all = query.weights().toFloats();
        var rows = MemorySegment.ofArray(new float[all.length]);
        for (int c = 0; c < channels; c++) {
            for (int f = 0; f < features; f++) {
                for (int t = 0; t < taps; t++) {
                    Memory.set(
                            rows,
                            ((long) c * taps + t) * features + f,
                            all[(c * features + f) * taps + t]);
                }
            }
        }
        var gemm = new Gemm.Query(MatrixView.of(rows, 0, channels, taps * features), 1);
        return new Bound(Gemm.FAMILY.choose(gemm).kernel().orElseThrow().bind(gemm));
    }

    /// @param gemm multiplies with the features of all taps
    private record Bound(Gemm gemm) implements TransposedConv {
        @Override
        public void run(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                Workers workers) {
            if (shape.outputSize() == 0 || shape.features() == 0) {
                return;
            }
            int width = shape.input()[2];
            long lineSize = (long) width * shape.taps() * shape.features();
            workers.forRanges(
                    (long) shape.images() * shape.input()[1],
                    Math.clamp(GRAIN / lineSize, 1, GRAIN),
                    (first, count) -> {
                        try (var scratch = NativeScratch.open()) {
                            var product = scratch.floats(count * lineSize);
                            var positions =
                                    MatrixView.of(
                                            x,
                                            first * width * shape.channels(),
                                            count * width,
                                            shape.channels());
                            gemm.run(
                                    Gemm.Call.of(positions, null, product, Epilogue.NONE),
                                    Workers.CALLER);
                            var to =
                                    RowTarget.of(
                                            y,
                                            Math.toIntExact(first * width * shape.taps()),
                                            count * width * shape.taps(),
                                            shape.features(),
                                            0,
                                            shape.features(),
                                            scratch);
                            deal(product, to, shape, count);
                            to.finish(epilogue);
                        }
                    });
        }

        /// Copies what each line of the windows has to its line of the output.
        private static void deal(MemorySegment product, RowTarget to, ConvShape shape, int lines) {
            int width = shape.input()[2];
            int height = shape.kernel()[1];
            long piece = (long) shape.kernel()[2] * shape.features();
            long line = width * piece;
            StridedCopy.copy(
                    new Place(product, 0, new long[] {line * height, piece, piece * height, 1}),
                    Place.dense(
                            to.memory().asSlice(to.memoryOffset() * Float.BYTES),
                            new long[] {lines, height, width, piece}),
                    new long[] {lines, height, width, piece},
                    Float.BYTES,
                    Workers.CALLER);
        }
    }
}
