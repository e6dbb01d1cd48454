package dev.tenon.kernels.elementwise;

import dev.tenon.asm.exec.Routine;
import dev.tenon.base.Scalar;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.elementwise.EpilogueProgram.Operand;
import dev.tenon.kernels.elementwise.RectangleArguments.Access;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.vector.VectorMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// An element-wise expression that is computed on finished rows of a product, or of a convolution:
/// by machine code where they lie in native memory and the expression allows it, in Java elsewhere.
public final class RowProgram {
    private static final RowProgram ADDITION = new RowProgram(Scalar.arg(0).plus(Scalar.arg(1)), 1);

    private final Scalar expression;
    private final int operands;
    private final Program program;

    /// Null where there is no machine code for the expression.
    private final @Nullable Rectangles rectangles;

    /// What this program comes to after others.
    private final Map<RowProgram, RowProgram> after = new ConcurrentHashMap<>();

    /// @param expression over the row's element, [Scalar.Arg] 0, and the elements of further
    ///   operands at its place, from [Scalar.Arg] 1 on
    /// @param operands how many further operands there are
    public RowProgram(Scalar expression, int operands) {
        this.expression = expression;
        this.operands = operands;
        this.program = Program.of(expression, 1 + operands);
        this.rectangles =
                VectorMachine.here() instanceof VectorMachine.Availability.Ready(var machine)
                                && operands <= RectangleArguments.MAX_OPERANDS
                                && ProgramCode.refusal(program).isEmpty()
                        ? new Rectangles(machine, program)
                        : null;
    }

    /// Adds a matrix; strides of 0 repeat a row, a column or a number.
    public static Epilogue addition(MatrixView addend) {
        return ADDITION.with(List.of(addend));
    }

    /// The expression as an epilogue.
    ///
    /// @param operands the further operands under the whole result; a stride of 0 repeats a row or
    ///   a column
    public Epilogue with(List<MatrixView> operands) {
        var reachable =
                rectangles == null
                        ? List.copyOf(operands)
                        : operands.stream().map(RowProgram::reachable).toList();
        return new Bound(this, reachable);
    }

    /// The operand itself where machine code can read it, a copy of one on the heap.
    private static MatrixView reachable(MatrixView view) {
        var memory = view.memory();
        if (memory.isNative()) {
            return view;
        }
        var copy = Arena.ofAuto().allocate(memory.byteSize(), Float.BYTES).copyFrom(memory);
        return new MatrixView(
                copy,
                view.offset(),
                view.rows(),
                view.columns(),
                view.rowStride(),
                view.columnStride());
    }

    /// The machine code for operands that lie like these; null where there is none.
    private @Nullable Routine routine(List<MatrixView> views) {
        if (rectangles == null) {
            return null;
        }
        var accesses = new ArrayList<Access>(1 + views.size());
        accesses.add(Access.IN_PLACE);
        for (var view : views) {
            if (view.rowStride() < 0 || view.columnStride() < 0 || view.columnStride() > 1) {
                return null;
            }
            accesses.add(view.columnStride() == 0 ? Access.REPEATED : Access.COLUMNS);
        }
        return rectangles.routine(accesses, false);
    }

    /// This expression after another, as one.
    private RowProgram after(RowProgram first) {
        return after.computeIfAbsent(
                first,
                f ->
                        new RowProgram(
                                substitute(expression, f.expression, f.operands),
                                f.operands + operands));
    }

    /// An expression with its first argument replaced and its others moved on.
    private static Scalar substitute(Scalar expression, Scalar first, int shift) {
        return switch (expression) {
            case Scalar.Arg(int index) -> index == 0 ? first : Scalar.arg(index + shift);
            case Scalar.Constant constant -> constant;
            case Scalar.Unary(var function, var x) ->
                    Scalar.apply(function, substitute(x, first, shift));
            case Scalar.Binary(var function, var x, var y) ->
                    Scalar.apply(
                            function, substitute(x, first, shift), substitute(y, first, shift));
            case Scalar.Select(var condition, var x, var y) ->
                    Scalar.select(
                            substitute(condition, first, shift),
                            substitute(x, first, shift),
                            substitute(y, first, shift));
        };
    }

    private static final class Bound implements Epilogue {
        private final RowProgram owner;
        private final List<MatrixView> operands;
        private final @Nullable Routine routine;
        private volatile @Nullable Bound turned;

        Bound(RowProgram owner, List<MatrixView> operands) {
            this.owner = owner;
            this.operands = operands;
            this.routine = owner.routine(operands);
        }

        @Override
        public Optional<Epilogue> followedBy(Epilogue next) {
            if (!(next instanceof Bound second)) {
                return Optional.empty();
            }
            var both = new ArrayList<>(operands);
            both.addAll(second.operands);
            return Optional.of(second.owner.after(owner).with(both));
        }

        @Override
        public void applyTo(
                MemorySegment memory,
                long offset,
                long stride,
                int rows,
                int columns,
                long m,
                int from) {
            if (rows == 0 || columns == 0) {
                return;
            }
            if (columns == 1 && stride == 1 && rows > 1 && m <= Integer.MAX_VALUE) {
                turned().applyTo(memory, offset, rows, 1, rows, from, (int) m);
                return;
            }
            if (routine == null) {
                Epilogue.super.applyTo(memory, offset, stride, rows, columns, m, from);
                return;
            }
            if (memory.isNative() && !memory.isReadOnly()) {
                apply(routine, memory, offset, stride, rows, columns, m, from);
            } else {
                applyToCopy(routine, memory, offset, stride, rows, columns, m, from);
            }
            Reference.reachabilityFence(operands);
            Reference.reachabilityFence(memory);
        }

        @Override
        public Optional<EpilogueProgram.Bound> fused(MemorySegment results, long stride) {
            if (owner.rectangles == null) {
                return Optional.empty();
            }
            var lies = new ArrayList<Operand>();
            var entries = new ArrayList<Long>();
            for (var view : operands) {
                var lie = lie(view, stride);
                if (lie.isEmpty() || view.rows() == 0 || view.columns() == 0) {
                    return Optional.empty();
                }
                lies.add(lie.get());
                long address = Addresses.of(view.memory(), view.offset(), extent(view));
                boolean isBehind = lie.get() == Operand.ELEMENTS;
                entries.add(isBehind ? address - results.address() : address);
            }
            return EpilogueProgram.of(owner.expression, lies)
                    .map(program -> new EpilogueProgram.Bound(program, entries));
        }

        /// How an operand lies under results; empty where it is none of the ways.
        private static Optional<Operand> lie(MatrixView view, long stride) {
            if (view.columnStride() == 1) {
                return view.rowStride() == stride
                        ? Optional.of(Operand.ELEMENTS)
                        : view.rowStride() == 0 ? Optional.of(Operand.COLUMNS) : Optional.empty();
            }
            return view.columnStride() == 0 && view.rowStride() == 0
                    ? Optional.of(Operand.NUMBER)
                    : Optional.empty();
        }

        private void applyToCopy(
                Routine code,
                MemorySegment memory,
                long offset,
                long stride,
                int rows,
                int columns,
                long m,
                int from) {
            if (memory.isReadOnly()) {
                throw new IllegalArgumentException("the results' memory is read-only");
            }
            long extent = extent(rows, columns, stride, 1);
            try (var scratch = NativeScratch.open()) {
                var copy = scratch.floats(extent);
                long bytes = extent * Float.BYTES;
                MemorySegment.copy(memory, offset * Float.BYTES, copy, 0, bytes);
                apply(code, copy, 0, stride, rows, columns, m, from);
                MemorySegment.copy(copy, 0, memory, offset * Float.BYTES, bytes);
            }
        }

        /// The same on a result whose rows are this one's columns.
        private Bound turned() {
            var known = turned;
            if (known == null) {
                known = new Bound(owner, operands.stream().map(MatrixView::transposed).toList());
                turned = known;
            }
            return known;
        }

        private void apply(
                Routine code,
                MemorySegment memory,
                long offset,
                long stride,
                int rows,
                int columns,
                long m,
                int from) {
            try (var scratch = Scratch.open()) {
                var places = scratch.longs(2 * operands.size());
                for (int i = 0; i < operands.size(); i++) {
                    var operand = operands.get(i);
                    long first =
                            operand.offset()
                                    + m * operand.rowStride()
                                    + from * operand.columnStride();
                    places[2 * i] =
                            Addresses.of(
                                    operand.memory(),
                                    first,
                                    extent(
                                            rows,
                                            columns,
                                            operand.rowStride(),
                                            operand.columnStride()));
                    places[2 * i + 1] = operand.rowStride() * Float.BYTES;
                }
                Rectangles.call(
                        code,
                        rows,
                        columns,
                        Addresses.of(memory, offset, extent(rows, columns, stride, 1)),
                        stride * Float.BYTES,
                        places,
                        operands.size());
            }
        }

        private static long extent(MatrixView view) {
            return extent(view.rows(), view.columns(), view.rowStride(), view.columnStride());
        }

        /// The elements from the first to the last.
        private static long extent(int rows, int columns, long rowStride, long columnStride) {
            return (rows - 1) * rowStride + (columns - 1) * columnStride + 1;
        }

        @Override
        public void apply(float[] row, int count, long m, int from) {
            applyAll(row, 1, count, m, from);
        }

        @Override
        public void applyAll(float[] block, int rows, int columns, long m, int from) {
            var code = routine;
            if (code != null && rows > 0 && columns > 0) {
                int size = rows * columns;
                try (var scratch = NativeScratch.open()) {
                    var tile = scratch.floats(size);
                    Memory.store(block, 0, tile, 0, size);
                    apply(code, tile, 0, columns, rows, columns, m, from);
                    Memory.load(tile, 0, block, 0, size);
                }
                Reference.reachabilityFence(operands);
                return;
            }
            int width = Math.min(PIECE, columns);
            int step = columns > PIECE ? 1 : Math.max(1, PIECE / Math.max(1, columns));
            for (int i = 0; i < rows; i += step) {
                for (int at = 0; at < columns; at += width) {
                    int count = Math.min(width, columns - at);
                    int start = i * columns + at;
                    piece(block, start, Math.min(step, rows - i), count, m + i, from + at);
                }
            }
        }

        private void piece(float[] block, int at, int rows, int columns, long m, int from) {
            int count = rows * columns;
            var program = owner.program;
            try (var scratch = Scratch.open()) {
                var registers = scratch.floatRows(program.registers(), count);
                System.arraycopy(block, at, registers[0], 0, count);
                for (int i = 0; i < operands.size(); i++) {
                    load(operands.get(i), registers[1 + i], rows, columns, m, from);
                }
                var result = FloatLanes.run(program, registers, scratch.floatRows(3, count), count);
                System.arraycopy(result, 0, block, at, count);
            }
        }

        private static void load(
                MatrixView operand, float[] to, int rows, int columns, long m, int from) {
            for (int r = 0; r < rows; r++) {
                int at = r * columns;
                long offset =
                        operand.offset()
                                + (m + r) * operand.rowStride()
                                + from * operand.columnStride();
                if (r > 0 && operand.rowStride() == 0) {
                    System.arraycopy(to, 0, to, at, columns);
                } else if (operand.columnStride() == 0) {
                    Arrays.fill(to, at, at + columns, Memory.getFloat(operand.memory(), offset));
                } else {
                    Memory.loadStrided(
                            operand.memory(), offset, operand.columnStride(), to, at, columns);
                }
            }
        }
    }
}
