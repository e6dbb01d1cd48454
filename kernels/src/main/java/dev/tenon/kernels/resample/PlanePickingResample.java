package dev.tenon.kernels.resample;

import dev.tenon.asm.exec.Routine;
import dev.tenon.base.Layout;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.move.RowPicker;
import dev.tenon.kernels.resample.Resample.Axis;
import dev.tenon.kernels.vector.VectorLevel;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;

/// Picks the nearest elements of planes, by machine code: a vector at a time where its elements lie
/// close together, one by one elsewhere.
final class PlanePickingResample implements EmittedKernel<Resample.Query, Resample> {
    /// Bytes of a chunk of work, about.
    private static final int GRAIN = 1 << 17;

    private static final VectorRoutines<PlanePickingResample> ROUTINES =
            new VectorRoutines<>(_ -> "resample_pick", (_, a) -> PickCode.emit(a));

    @Override
    public String name() {
        return "resample-vector-nearest-first";
    }

    @Override
    public Optional<Refusal> refuses(Resample.Query query) {
        if (query.layout() == Layout.CHANNELS_LAST) {
            return refuse("the channels come last");
        }
        return query.mode() == Resample.Mode.NEAREST
                ? VectorRoutines.refusal().flatMap(this::refuse)
                : refuse("elements are blended");
    }

    @Override
    public Resample bind(Resample.Query query, Storage storage) {
        var routine = ROUTINES.get(this);
        var picker = new RowPicker(Float.BYTES);
        int lanes = VectorLevel.here().orElseThrow().lanes();
        return (x, y, shape, room) -> prepare(routine, picker, lanes, x, y, shape, room);
    }

    private static Work prepare(
            Routine routine,
            RowPicker picker,
            int lanes,
            MemorySegment x,
            MemorySegment y,
            Resample.Shape shape,
            NativeScratch room) {
        var rows = shape.rows();
        var columns = shape.columns();
        long planes = shape.images() * shape.channels();
        long line = (long) columns.output() * Float.BYTES;
        long plane = rows.output() * line;
        if (planes * plane == 0) {
            return Work.NONE;
        }
        long inputLine = (long) columns.input() * Float.BYTES;
        long inputPlane = rows.input() * inputLine;
        var operands = new NativeOperands(room);
        long from = Addresses.ofBytes(operands.read(x), 0, planes * inputPlane);
        long to = Addresses.ofBytes(operands.written(y), 0, planes * plane);
        boolean grouped = areClose(columns, lanes);
        int groups = Math.ceilDiv(columns.output(), lanes);
        var picked = grouped ? groups(columns, lanes, room) : distances(columns, Float.BYTES, room);
        long table = operands.read(picked).address();
        var runs = runs(rows, inputLine, room);
        long lines = operands.read(runs).address();
        long lineCount = runs.byteSize() / PickCode.ROW_ENTRY_BYTES;
        Workers.Range planesOfGroups =
                (first, count) -> {
                    for (long i = first; i < first + count; i++) {
                        routine.call(
                                from + i * inputPlane,
                                to + i * plane,
                                table,
                                groups,
                                lines,
                                lineCount,
                                line,
                                0);
                    }
                };
        Workers.Range planesOfElements =
                (first, count) -> {
                    for (long row = first * rows.output();
                            row < (first + count) * rows.output();
                            row++) {
                        long source = row / rows.output() * inputPlane;
                        long input = rows.first()[(int) (row % rows.output())] * inputLine;
                        picker.pick(
                                from + source + input, to + row * line, table, columns.output());
                    }
                };
        return operands.around(
                Work.ofRanges(
                        planes,
                        Math.clamp(GRAIN / plane, 1, GRAIN),
                        grouped ? planesOfGroups : planesOfElements));
    }

    /// Whether there are vectors of outputs and of inputs, and each of the former comes from one of
    /// the latter.
    private static boolean areClose(Axis axis, int lanes) {
        if (axis.output() < lanes || axis.input() < lanes) {
            return false;
        }
        for (int i = 0; i < axis.output(); i += lanes) {
            int start = start(axis, i, lanes);
            var group = Arrays.stream(axis.first(), start, start + lanes).summaryStatistics();
            if (group.getMax() - group.getMin() >= lanes) {
                return false;
            }
        }
        return true;
    }

    /// Where a group of outputs begins: the last one overlaps the one before.
    private static int start(Axis axis, int output, int lanes) {
        return Math.min(output, axis.output() - lanes);
    }

    private static MemorySegment groups(Axis axis, int lanes, NativeScratch room) {
        int groups = Math.ceilDiv(axis.output(), lanes);
        long bytes = PickCode.entryBytes(lanes);
        var table = room.lasting(groups * bytes / Float.BYTES);
        for (int g = 0; g < groups; g++) {
            int start = start(axis, g * lanes, lanes);
            int least = Arrays.stream(axis.first(), start, start + lanes).min().orElseThrow();
            int base = Math.min(least, axis.input() - lanes);
            long at = g * bytes;
            table.set(ValueLayout.JAVA_LONG, at, (long) base * Float.BYTES);
            table.set(ValueLayout.JAVA_LONG, at + PickCode.TO, (long) start * Float.BYTES);
            for (int i = 0; i < lanes; i++) {
                table.set(
                        ValueLayout.JAVA_INT,
                        at + PickCode.LANES + (long) i * Integer.BYTES,
                        axis.first()[start + i] - base);
            }
        }
        return table;
    }

    /// The rows that are picked from, each for as many adjacent outputs as [PickCode] takes.
    private static MemorySegment runs(Axis axis, long bytes, NativeScratch room) {
        var table = room.lasting(4L * axis.output());
        int runs = 0;
        for (int i = 0; i < axis.output(); runs++) {
            int first = axis.first()[i];
            int count = 0;
            while (count < PickCode.MAX_RESULTS
                    && i + count < axis.output()
                    && axis.first()[i + count] == first) {
                count++;
            }
            long at = (long) runs * PickCode.ROW_ENTRY_BYTES;
            table.set(ValueLayout.JAVA_LONG, at, first * bytes);
            table.set(ValueLayout.JAVA_LONG, at + PickCode.RESULTS, count);
            i += count;
        }
        return table.asSlice(0, (long) runs * PickCode.ROW_ENTRY_BYTES);
    }

    /// How far what each output comes from is from the first.
    private static MemorySegment distances(Axis axis, long bytes, NativeScratch room) {
        var table = room.lasting(2L * axis.output());
        for (int i = 0; i < axis.output(); i++) {
            table.setAtIndex(ValueLayout.JAVA_LONG, i, axis.first()[i] * bytes);
        }
        return table;
    }
}
