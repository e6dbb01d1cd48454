package dev.tenon.kernels.elementwise;

import dev.tenon.asm.exec.Routine;
import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.elementwise.RectangleArguments.Access;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.vector.VectorMachine;
import dev.tenon.kernels.vector.VectorMachine.Availability;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Expressions of `f32` as machine code: every operand is read once and every result written once.
final class EmittedElementwise implements EmittedKernel<Elementwise.Query, Elementwise> {
    /// Elements of a chunk of work, about.
    private static final int GRAIN = 1 << 15;

    /// Results go past the caches where operands and results have more bytes than this.
    private static final long STREAMED_BYTES = 1L << 24;

    private static final int STREAM_ALIGNMENT = 64;

    @Override
    public String name() {
        return "elementwise-vector";
    }

    @Override
    public Optional<Refusal> refuses(Elementwise.Query query) {
        if (VectorMachine.here() instanceof Availability.Refused(var reason)) {
            return refuse(reason);
        }
        boolean floats =
                Stream.concat(query.inputs().stream(), Stream.of(query.output()))
                        .allMatch(dtype -> dtype == DType.FLOAT32);
        if (!floats || query.inputs().isEmpty()) {
            return refuse("an element is not f32");
        }
        if (query.inputs().size() > RectangleArguments.MAX_OPERANDS) {
            return refuse("there are more than " + RectangleArguments.MAX_OPERANDS + " operands");
        }
        return ProgramCode.refusal(Program.of(query.expression(), query.inputs().size()))
                .flatMap(this::refuse);
    }

    @Override
    public Elementwise bind(Elementwise.Query query, Storage storage) {
        return switch (VectorMachine.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var machine) ->
                    new Bound(
                            new Rectangles(
                                    machine,
                                    Program.of(query.expression(), query.inputs().size())));
        };
    }

    private record Bound(Rectangles rectangles) implements Elementwise {
        @Override
        public Work prepare(List<Tensor> inputs, Tensor out, NativeScratch room) {
            if (out.size() == 0) {
                return Work.NONE;
            }
            var operands = new NativeOperands(room);
            var memory = new ArrayList<MemorySegment>(inputs.size());
            for (var input : inputs) {
                memory.add(operands.read(input.segment()));
            }
            var results = operands.written(out.segment());
            var broadcast = Broadcast.of(inputs, out.dims());
            return operands.around(new Pass(rectangles, broadcast, memory, results).work());
        }
    }

    /// One computation: rows of the last axis, or pieces of them, are cut into chunks.
    private static final class Pass {
        private final Broadcast broadcast;
        private final Routine routine;
        private final long[] addresses;
        private final long out;

        /// The extent of the last axis.
        private final long width;

        /// Columns of a piece, and pieces of a row.
        private final int columns;

        private final int pieces;

        /// The extent of the axis before, which rectangles extend along.
        private final long block;

        /// The rows of all blocks.
        private final long rows;

        Pass(
                Rectangles rectangles,
                Broadcast broadcast,
                List<MemorySegment> inputs,
                MemorySegment results) {
            this.broadcast = broadcast;
            long size = results.byteSize() / Float.BYTES;
            int rank = broadcast.dims().length;
            width = rank == 0 ? 1 : broadcast.dims()[rank - 1];
            columns = (int) (width < 2L * GRAIN ? width : GRAIN);
            pieces = Math.toIntExact(Math.ceilDiv(width, columns));
            block = rank < 2 ? 1 : broadcast.dims()[rank - 2];
            rows = size / width;
            out = Addresses.of(results, 0, size);
            addresses = new long[inputs.size()];
            var accesses = new Access[inputs.size()];
            long bytes = results.byteSize();
            boolean streams = out % STREAM_ALIGNMENT == 0 && (rows == 1 || width % 16 == 0);
            for (int i = 0; i < accesses.length; i++) {
                addresses[i] = Addresses.of(inputs.get(i), 0, extent(i));
                accesses[i] = stride(i, 0) == 0 ? Access.REPEATED : Access.COLUMNS;
                bytes += inputs.get(i).byteSize();
                streams &= addresses[i] != out;
            }
            routine = rectangles.routine(List.of(accesses), streams && bytes > STREAMED_BYTES);
        }

        /// The elements of an input that are read, from the first to the last.
        private long extent(int input) {
            long last = 0;
            for (int axis = 0; axis < broadcast.dims().length; axis++) {
                last += (broadcast.dims()[axis] - 1) * broadcast.strides()[input][axis];
            }
            return last + 1;
        }

        /// Elements from one index to the next along an axis, counted from the last.
        private long stride(int input, int axis) {
            var strides = broadcast.strides()[input];
            return axis < strides.length ? strides[strides.length - 1 - axis] : 0;
        }

        Work work() {
            if (pieces > 1) {
                return Work.ofChunks(
                        rows * pieces,
                        i -> rectangle(i / pieces, 1, (long) (i % pieces) * columns));
            }
            return Work.ofRanges(
                    rows,
                    Math.max(1, GRAIN / columns),
                    (from, count) -> {
                        long row = from;
                        while (row < from + count) {
                            long end = Math.min(from + count, (row / block + 1) * block);
                            rectangle(row, (int) (end - row), 0);
                            row = end;
                        }
                    });
        }

        /// @param row its index among all rows; those that follow are in the same block
        private void rectangle(long row, int count, long column) {
            try (var scratch = Scratch.open()) {
                var places = scratch.longs(2 * addresses.length);
                for (int i = 0; i < addresses.length; i++) {
                    long offset = offset(i, row) + column * stride(i, 0);
                    places[2 * i] = addresses[i] + offset * Float.BYTES;
                    places[2 * i + 1] = stride(i, 1) * Float.BYTES;
                }
                Rectangles.call(
                        routine,
                        count,
                        (int) Math.min(columns, width - column),
                        out + (row * width + column) * Float.BYTES,
                        width * Float.BYTES,
                        places,
                        addresses.length);
            }
        }

        /// Where a row begins in an input.
        private long offset(int input, long row) {
            var dims = broadcast.dims();
            long rest = row;
            long offset = 0;
            for (int axis = 1; axis < dims.length; axis++) {
                long extent = dims[dims.length - 1 - axis];
                offset += rest % extent * stride(input, axis);
                rest /= extent;
            }
            return offset;
        }
    }
}
