package dev.tenon.kernels.resample;

import dev.tenon.base.Layout;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.move.RowPicker;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// Picks the channels of the nearest position, by machine code.
final class PickingResample implements EmittedKernel<Resample.Query, Resample> {
    /// Bytes of a chunk of work, about.
    private static final int GRAIN = 1 << 16;

    @Override
    public String name() {
        return "resample-vector-nearest";
    }

    @Override
    public Optional<Refusal> refuses(Resample.Query query) {
        if (query.layout() == Layout.CHANNELS_FIRST) {
            return refuse("the channels come first");
        }
        return query.mode() == Resample.Mode.NEAREST
                ? VectorRoutines.refusal().flatMap(this::refuse)
                : refuse("elements are blended");
    }

    @Override
    public Resample bind(Resample.Query query, Storage storage) {
        return PickingResample::prepare;
    }

    private static Work prepare(
            MemorySegment x, MemorySegment y, Resample.Shape shape, NativeScratch room) {
        var columns = shape.columns();
        int height = shape.rows().output();
        long pixel = (long) shape.channels() * Float.BYTES;
        long line = columns.output() * pixel;
        long lines = shape.images() * height;
        if (lines * line == 0) {
            return Work.NONE;
        }
        var operands = new NativeOperands(room);
        var table = operands.read(room.lasting(2L * columns.output()));
        for (int j = 0; j < columns.output(); j++) {
            table.setAtIndex(ValueLayout.JAVA_LONG, j, columns.first()[j] * pixel);
        }
        long inputLine = columns.input() * pixel;
        long inputLines = shape.images() * shape.rows().input();
        long from = Addresses.ofBytes(operands.read(x), 0, inputLines * inputLine);
        long to = Addresses.ofBytes(operands.written(y), 0, lines * line);
        long distances = table.address();
        var picker = new RowPicker(pixel);
        return operands.around(
                Work.ofRanges(
                        lines,
                        Math.clamp(GRAIN / line, 1, GRAIN),
                        (first, count) -> {
                            for (long i = first; i < first + count; i++) {
                                long image = i / height * shape.rows().input();
                                long row = image + shape.rows().first()[(int) (i % height)];
                                picker.pick(
                                        from + row * inputLine,
                                        to + i * line,
                                        distances,
                                        columns.output());
                            }
                        }));
    }
}
