package dev.tenon.kernels.conv;

import dev.tenon.base.Layout;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.gemm.emitted.GemmRoutines;
import dev.tenon.kernels.gemm.emitted.GemmRoutines.Availability;
import dev.tenon.kernels.gemm.emitted.Packer;
import dev.tenon.kernels.gemm.emitted.PanelRows;
import dev.tenon.kernels.gemm.emitted.Panels;
import dev.tenon.kernels.move.RowCopier;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
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
        return VectorRoutines.refusal().flatMap(this::refuse);
    }

    @Override
    public TransposedConv bind(TransposedConv.Query query, Storage storage) {
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
        return switch (GemmRoutines.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var routines) -> {
                var panels = Panels.lasting(storage, channels, taps * features);
                var matrix = MatrixView.of(rows, 0, channels, taps * features);
                new Packer(routines).pack(matrix, panels, 0, panels.count());
                yield new Bound(routines, panels.shared(storage));
            }
        };
    }

    /// @param weights of the features of all taps
    private record Bound(GemmRoutines routines, Panels weights) implements TransposedConv {
        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            int width = shape.input()[2];
            int lines = shape.images() * shape.input()[1];
            if (lines == 0 || width == 0 || shape.outputSize() == 0 || shape.features() == 0) {
                return Work.NONE;
            }
            var operands = new NativeOperands(room);
            var out = operands.written(y);
            long lineBytes = (long) width * shape.channels() * Float.BYTES;
            long from = Addresses.of(operands.read(x), 0, lines * lineBytes / Float.BYTES);
            operands.read(weights.memory());
            long size = (long) width * weights.columns();
            int grain = Math.clamp(GRAIN / size, 1, GRAIN);
            var whole = rows(grain * width, shape);
            var rest = rows(lines % grain * width, shape);
            var deal = Deal.of(shape);
            var pieces = new Piece[Math.ceilDiv(lines, grain)];
            for (int i = 0; i < pieces.length; i++) {
                int first = i * grain;
                int count = Math.min(grain, lines - first);
                int positions = width * shape.taps();
                pieces[i] =
                        new Piece(
                                weights,
                                count == grain ? whole : rest,
                                from + first * lineBytes,
                                count,
                                deal,
                                RowTarget.of(
                                        out,
                                        (long) first * positions,
                                        count * positions,
                                        shape.features()),
                                epilogue);
            }
            return operands.around(Work.ofChunks(pieces.length, i -> pieces[i].run()));
        }

        private PanelRows rows(int positions, ConvShape shape) {
            return new PanelRows(
                    routines,
                    positions,
                    (long) shape.channels() * Float.BYTES,
                    (long) weights.columns() * Float.BYTES);
        }
    }

    /// Some lines of the input.
    ///
    /// @param x where the first begins
    private record Piece(
            Panels weights,
            PanelRows rows,
            long x,
            int lines,
            Deal deal,
            RowTarget to,
            Epilogue epilogue) {
        void run() {
            try (var scratch = NativeScratch.open()) {
                long lineBytes = (long) deal.width * weights.columns() * Float.BYTES;
                var product = scratch.floats(lines * lineBytes / Float.BYTES);
                rows.multiplyAll(x, product.address(), weights, 0, weights.columns());
                for (int i = 0; i < lines; i++) {
                    long bytes = i * lineBytes;
                    deal.line(product.address() + bytes, to.address() + bytes);
                }
                to.finish(epilogue);
                Reference.reachabilityFence(product);
            }
        }
    }

    /// Copies what each line of the windows has to its line of the output.
    ///
    /// @param width positions of a line of the input
    /// @param height lines of a window
    /// @param bytes of a line of a window
    private record Deal(RowCopier copier, int width, int height, long bytes) {
        static Deal of(ConvShape shape) {
            long bytes = (long) shape.kernel()[2] * shape.features() * Float.BYTES;
            return new Deal(new RowCopier(bytes), shape.input()[2], shape.kernel()[1], bytes);
        }

        /// The products of a line of the input.
        void line(long from, long to) {
            for (int i = 0; i < height; i++) {
                long source = from + i * bytes;
                copier.copy(source, to + (long) i * width * bytes, height * bytes, bytes, width);
            }
        }
    }
}
