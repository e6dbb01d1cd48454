package dev.tenon.kernels.resample;

import dev.tenon.asm.exec.Routine;
import dev.tenon.base.Layout;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.resample.Resample.Axis;
import dev.tenon.kernels.vector.VectorLevel;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Optional;

/// Blends the channels of four positions, by machine code: two rows first, then two columns.
final class BlendingResample implements EmittedKernel<Resample.Query, Resample> {
    /// Bytes of a chunk of work, about.
    private static final int GRAIN = 1 << 17;

    /// By how many vectors they blend at once.
    private static final VectorRoutines<Integer> ROUTINES =
            new VectorRoutines<>(width -> "resample_blend_" + width, BlendCode::emit);

    @Override
    public String name() {
        return "resample-vector-linear";
    }

    @Override
    public Optional<Refusal> refuses(Resample.Query query) {
        if (query.layout() == Layout.CHANNELS_FIRST) {
            return refuse("the channels come first");
        }
        return query.mode() == Resample.Mode.LINEAR
                ? VectorRoutines.refusal().flatMap(this::refuse)
                : refuse("elements are picked");
    }

    @Override
    public Resample bind(Resample.Query query, Storage storage) {
        return BlendingResample::prepare;
    }

    private static Work prepare(
            MemorySegment x, MemorySegment y, Resample.Shape shape, NativeScratch room) {
        long pixel = (long) shape.channels() * Float.BYTES;
        long line = shape.columns().output() * pixel;
        long inputLine = shape.columns().input() * pixel;
        long lines = shape.images() * shape.rows().output();
        if (lines * line == 0) {
            return Work.NONE;
        }
        var routine = ROUTINES.get(BlendCode.width(shape.channels(), VectorLevel.required()));
        var operands = new NativeOperands(room);
        var in = operands.read(x);
        Addresses.ofBytes(in, 0, shape.images() * shape.rows().input() * inputLine);
        long to = Addresses.ofBytes(operands.written(y), 0, lines * line);
        var columns = operands.read(columns(shape.columns(), pixel, room));
        return operands.around(
                Work.ofRanges(
                        lines,
                        Math.clamp(GRAIN / line, 1, GRAIN),
                        (first, count) -> {
                            try (var own = NativeScratch.open()) {
                                var rows = Rows.in(own, routine, shape, in);
                                for (long i = first; i < first + count; i++) {
                                    rows.blend(i);
                                    routine.call(
                                            rows.line.address(),
                                            to + i * line,
                                            columns.address(),
                                            shape.columns().output(),
                                            shape.channels(),
                                            0,
                                            0,
                                            0);
                                }
                                Reference.reachabilityFence(rows);
                            }
                        }));
    }

    /// The pairs of columns of a line that is followed by zeros for one position: these stand for
    /// what is not read, so that NaN there changes nothing.
    private static MemorySegment columns(Axis axis, long pixel, NativeScratch room) {
        var table = room.lasting((long) axis.output() * BlendCode.ENTRY_BYTES / Float.BYTES);
        for (int j = 0; j < axis.output(); j++) {
            float blend = axis.blend()[j];
            boolean alone = blend == 0;
            set(
                    table,
                    j,
                    axis.first()[j] * pixel,
                    (alone ? axis.input() : axis.second()[j]) * pixel,
                    blend);
        }
        return table;
    }

    private static void set(MemorySegment table, int index, long first, long second, float blend) {
        long at = (long) index * BlendCode.ENTRY_BYTES;
        table.set(ValueLayout.JAVA_LONG, at, first);
        table.set(ValueLayout.JAVA_LONG, at + BlendCode.SECOND, second);
        table.set(ValueLayout.JAVA_FLOAT, at + BlendCode.FIRST_WEIGHT, 1 - blend);
        // -0 times the zeros is -0, which changes no number that it is added to.
        table.set(ValueLayout.JAVA_FLOAT, at + BlendCode.SECOND_WEIGHT, blend == 0 ? -0f : blend);
    }

    /// Blends two rows of the input at a time, for one chunk of work.
    ///
    /// @param from the input
    /// @param line a blended row, and zeros for one position
    /// @param pair the table of one pair
    private record Rows(
            Routine routine,
            Resample.Shape shape,
            MemorySegment from,
            long bytes,
            MemorySegment line,
            MemorySegment pair) {
        static Rows in(
                NativeScratch scratch, Routine routine, Resample.Shape shape, MemorySegment from) {
            long pixel = (long) shape.channels() * Float.BYTES;
            long bytes = shape.columns().input() * pixel;
            var line = scratch.floats((bytes + pixel) / Float.BYTES);
            line.asSlice(bytes, pixel).fill((byte) 0);
            var pair = scratch.floats(BlendCode.ENTRY_BYTES / Float.BYTES);
            return new Rows(routine, shape, from, bytes, line, pair);
        }

        /// Makes the line for a row of the output.
        ///
        /// @param index of the row among those of all images
        void blend(long index) {
            var rows = shape.rows();
            int row = (int) (index % rows.output());
            long image = index / rows.output() * rows.input();
            long first = (image + rows.first()[row]) * bytes;
            float blend = rows.blend()[row];
            if (blend == 0) {
                MemorySegment.copy(from, first, line, 0, bytes);
            } else {
                set(pair, 0, first, (image + rows.second()[row]) * bytes, blend);
                routine.call(
                        from.address(),
                        line.address(),
                        pair.address(),
                        1,
                        bytes / Float.BYTES,
                        0,
                        0,
                        0);
            }
        }
    }
}
