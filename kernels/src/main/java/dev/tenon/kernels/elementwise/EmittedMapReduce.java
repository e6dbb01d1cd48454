package dev.tenon.kernels.elementwise;

import dev.tenon.asm.exec.Routine;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.elementwise.RectangleArguments.Access;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.reduce.Reduction.Fold;
import dev.tenon.kernels.vector.VectorMachine;
import dev.tenon.kernels.vector.VectorMachine.Availability;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Maps and folds in one pass of machine code: rows where the last axis is folded, else columns
/// side by side.
final class EmittedMapReduce implements EmittedKernel<MapReduce.Query, MapReduce> {
    /// Elements of a chunk of work, about.
    private static final int GRAIN = 1 << 15;

    /// Columns that are folded together, at least.
    private static final int MIN_COLUMNS = 128;

    /// Longer lines are left to kernels that sum them in `double`.
    private static final int MAX_LENGTH = 1 << 14;

    @Override
    public String name() {
        return "map-reduce-vector";
    }

    @Override
    public Optional<Refusal> refuses(MapReduce.Query query) {
        if (VectorMachine.here() instanceof Availability.Refused(var reason)) {
            return refuse(reason);
        }
        if (query.inputs() > RectangleArguments.MAX_OPERANDS) {
            return refuse("there are more than " + RectangleArguments.MAX_OPERANDS + " operands");
        }
        return ProgramCode.refusal(Program.of(query.expression(), query.inputs()))
                .flatMap(this::refuse);
    }

    @Override
    public MapReduce bind(MapReduce.Query query, Storage storage) {
        return switch (VectorMachine.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var machine) ->
                    new Bound(
                            machine,
                            Program.of(query.expression(), query.inputs()),
                            query.fold(),
                            new TwoStepMapReduce().bind(query, storage),
                            new ConcurrentHashMap<>());
        };
    }

    private record Shape(List<Access> operands, boolean columns) {}

    private record Bound(
            VectorMachine machine,
            Program program,
            Fold fold,
            MapReduce otherwise,
            Map<Shape, Routine> routines)
            implements MapReduce {
        @Override
        public Work prepare(
                List<Tensor> inputs,
                long[] dims,
                int from,
                int to,
                Tensor out,
                NativeScratch room) {
            var lines = Lines.between(dims, from, to);
            var geometry =
                    lines.isEmpty() || lines.length() > MAX_LENGTH
                            ? null
                            : Geometry.of(inputs, dims, from, to, lines);
            if (geometry == null) {
                return otherwise.prepare(inputs, dims, from, to, out, room);
            }
            var operands = new NativeOperands(room);
            var memory = new ArrayList<MemorySegment>(inputs.size());
            for (var input : inputs) {
                memory.add(operands.read(input.segment()));
            }
            var results = operands.written(out.segment());
            var routine =
                    routines.computeIfAbsent(
                            new Shape(geometry.accesses(), geometry.columns()),
                            s ->
                                    machine.routine(
                                            new FoldedRectangleCode(
                                                    program, s.operands(), fold, s.columns())));
            return operands.around(new Pass(geometry, routine, fold, memory, results).work());
        }
    }

    /// How the inputs lie under rectangles.
    ///
    /// @param columns whether columns are folded, each as long as a line, else rows
    /// @param outerDims the axes before the folded ones
    /// @param outer for each input the elements from one index of these to the next
    /// @param along for each input the elements from one number of a line to the next
    /// @param across for each input the elements from one line to the next, where columns are
    ///   folded
    private record Geometry(
            Lines lines,
            boolean columns,
            long[] outerDims,
            long[][] outer,
            long[] along,
            long[] across) {
        /// Null where the lines of an input are no regular pattern.
        static @Nullable Geometry of(
                List<Tensor> inputs, long[] dims, int from, int to, Lines lines) {
            int count = inputs.size();
            boolean columns = lines.inner() > 1;
            var outer = new long[count][];
            var along = new long[count];
            var across = new long[count];
            for (int i = 0; i < count; i++) {
                var strides = Broadcast.strides(inputs.get(i).dims(), dims);
                outer[i] = Arrays.copyOf(strides, from);
                along[i] = joined(strides, dims, from, to);
                across[i] = joined(strides, dims, to, dims.length);
                long least = columns ? across[i] : along[i];
                if (along[i] < 0 || across[i] < 0 || least > 1) {
                    return null;
                }
            }
            return new Geometry(lines, columns, Arrays.copyOf(dims, from), outer, along, across);
        }

        /// The one stride of some axes; -1 where they have several.
        private static long joined(long[] strides, long[] dims, int from, int to) {
            long stride = 0;
            long next = -1;
            for (int axis = to - 1; axis >= from; axis--) {
                if (dims[axis] != 1) {
                    if (next >= 0 && strides[axis] != next) {
                        return -1;
                    }
                    stride = next < 0 ? strides[axis] : stride;
                    next = strides[axis] * dims[axis];
                }
            }
            return stride;
        }

        List<Access> accesses() {
            var accesses = new ArrayList<Access>();
            for (int i = 0; i < along.length; i++) {
                long stride = columns ? across[i] : along[i];
                accesses.add(stride == 0 ? Access.REPEATED : Access.COLUMNS);
            }
            return accesses;
        }

        /// Where an input's element for an index of the outer axes is.
        long offset(int input, long index) {
            long rest = index;
            long offset = 0;
            for (int axis = outerDims.length - 1; axis >= 0; axis--) {
                offset += rest % outerDims[axis] * outer[input][axis];
                rest /= outerDims[axis];
            }
            return offset;
        }

        /// The extent of the last outer axis, along which rows follow each other regularly.
        long block() {
            return outerDims.length == 0 ? 1 : outerDims[outerDims.length - 1];
        }

        long rowStride(int input) {
            return outerDims.length == 0 ? 0 : outer[input][outerDims.length - 1];
        }
    }

    private static final class Pass {
        private final Geometry geometry;
        private final Routine routine;
        private final Fold fold;
        private final MemorySegment results;
        private final long[] addresses;
        private final long out;

        Pass(
                Geometry geometry,
                Routine routine,
                Fold fold,
                List<MemorySegment> inputs,
                MemorySegment results) {
            this.geometry = geometry;
            this.routine = routine;
            this.fold = fold;
            this.results = results;
            out = Addresses.of(results, 0, geometry.lines().count());
            addresses = new long[inputs.size()];
            for (int i = 0; i < addresses.length; i++) {
                addresses[i] =
                        Addresses.of(inputs.get(i), 0, inputs.get(i).byteSize() / Float.BYTES);
            }
        }

        Work work() {
            var lines = geometry.lines();
            if (geometry.columns()) {
                int width = Math.clamp(GRAIN / lines.length() & -MIN_COLUMNS, MIN_COLUMNS, GRAIN);
                int pieces = Math.ceilDiv(lines.inner(), width);
                return Work.ofChunks(
                        lines.outer() * pieces,
                        i -> {
                            int column = i % pieces * width;
                            int count = Math.min(width, lines.inner() - column);
                            columns(i / pieces, column, count);
                        });
            }
            return Work.ofRanges(
                    lines.outer(), Math.max(1, GRAIN / lines.length()), this::rowsOfBlocks);
        }

        /// Rows of as many calls as there are blocks.
        private void rowsOfBlocks(long from, int count) {
            long row = from;
            while (row < from + count) {
                long end = Math.min(from + count, (row / geometry.block() + 1) * geometry.block());
                rows(row, (int) (end - row));
                row = end;
            }
        }

        private void columns(long outer, int column, int count) {
            try (var scratch = Scratch.open()) {
                var places = scratch.longs(2 * addresses.length);
                for (int i = 0; i < addresses.length; i++) {
                    long offset = geometry.offset(i, outer) + column * geometry.across()[i];
                    places[2 * i] = addresses[i] + offset * Float.BYTES;
                    places[2 * i + 1] = geometry.along()[i] * Float.BYTES;
                }
                call(
                        geometry.lines().length(),
                        count,
                        outer * geometry.lines().inner() + column,
                        count,
                        places);
            }
        }

        /// @param row an index of the outer axes; those that follow are in the same block
        private void rows(long row, int count) {
            try (var scratch = Scratch.open()) {
                var places = scratch.longs(2 * addresses.length);
                for (int i = 0; i < addresses.length; i++) {
                    places[2 * i] = addresses[i] + geometry.offset(i, row) * Float.BYTES;
                    places[2 * i + 1] = geometry.rowStride(i) * Float.BYTES;
                }
                call(count, geometry.lines().length(), row, count, places);
            }
        }

        /// @param at the index of the first result
        private void call(int rows, int columns, long at, int count, long[] places) {
            long place = out + at * Float.BYTES;
            Rectangles.call(routine, rows, columns, place, 0, places, addresses.length);
            for (long i = at; i < at + count; i++) {
                switch (fold) {
                    case MEAN ->
                            Memory.set(
                                    results,
                                    i,
                                    Memory.getFloat(results, i) / geometry.lines().length());
                    case NORM ->
                            Memory.set(results, i, (float) Math.sqrt(Memory.getFloat(results, i)));
                    default -> {}
                }
            }
        }
    }
}
