package dev.tenon.kernels.recurrent;

import dev.tenon.base.Tensor;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.elementwise.RowProgram;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.recurrent.Recurrence.Call;
import dev.tenon.kernels.recurrent.Recurrence.Cell;
import dev.tenon.kernels.recurrent.Recurrence.Query;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One direction of a recurrent layer with its packed weights.
///
/// @param fromInput `x · Wᵀ` for all gates
/// @param fromState `h · Rᵀ` for all gates, or for all but the hidden gate of a GRU
/// @param hidden what a GRU's hidden gate gets from the state; null for others
/// @param inputBias `[G·H]`, what all steps add; of a GRU's hidden gate, the input's part
/// @param hiddenBias `[H]`, what a GRU's hidden gate adds to the product with the state
record BoundDirection(
        Cell cell,
        boolean reverse,
        int inputs,
        int units,
        Gemm fromInput,
        Gemm fromState,
        @Nullable Gemm hidden,
        MemorySegment inputBias,
        MemorySegment hiddenBias,
        CellPrograms programs) {
    static BoundDirection of(Query query, int index, Storage storage) {
        int units = query.hidden();
        int gates = query.cell().gates();
        int inputs = query.inputs();
        boolean gru = query.cell() == Cell.GRU || query.cell() == Cell.LINEAR_GRU;
        int joint = gru ? gates - 1 : gates;
        var direction = query.directions().get(index);
        var w = weights(query.w(), index, 0, gates * units, inputs);
        var r = weights(query.r(), index, 0, joint * units, units);
        var last = gru ? weights(query.r(), index, joint * units, units, units) : null;
        var bias = storage.allocate((long) gates * units * Float.BYTES, Long.BYTES);
        var hiddenBias = storage.allocate((long) units * Float.BYTES, Long.BYTES);
        for (int i = 0; i < gates * units; i++) {
            float fromInput = bias(query.b(), index, i, gates * units);
            float fromState = bias(query.b(), index, gates * units + i, gates * units);
            boolean apart = gru && i >= joint * units;
            set(bias, i, apart ? fromInput : fromInput + fromState);
            if (apart) {
                set(hiddenBias, i - joint * units, fromState);
            }
        }
        return new BoundDirection(
                query.cell(),
                direction.reverse(),
                inputs,
                units,
                product(w, storage),
                product(r, storage),
                last == null ? null : product(last, storage),
                bias,
                hiddenBias,
                CellPrograms.of(query.cell(), direction.functions()));
    }

    /// Some rows of a direction's weights.
    private static MatrixView weights(Tensor all, int index, int row, int rows, int columns) {
        long offset = (index * all.dim(1) + row) * columns;
        return new MatrixView(all.segment(), offset, rows, columns, columns, 1);
    }

    private static Gemm product(MatrixView weights, Storage storage) {
        var query = new Gemm.Query(weights.transposed(), 1);
        return Gemm.FAMILY.choose(query).kernel().orElseThrow().bind(query, storage);
    }

    private static float bias(@Nullable Tensor b, int index, int i, int rows) {
        return b == null ? 0 : (float) b.getDouble(index * 2L * rows + i);
    }

    private static void set(MemorySegment memory, long index, float value) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
    }

    /// @param index of this direction among `count`
    /// @param room lasts as long as the work
    Work prepare(Call call, int index, int count, NativeScratch room) {
        int batch = call.batch();
        int width = cell.gates() * units;
        long state = (long) batch * units;
        var gates = room.floats((long) call.steps() * batch * width);
        var x = MatrixView.of(call.x(), 0, call.steps() * batch, inputs);
        var bias = new MatrixView(inputBias, 0, x.rows(), width, 0, 1);
        var allGates = multiply(fromInput, x, gates, RowProgram.addition(bias), room);
        var step = new Step(this, batch, room);
        long bytes = (long) batch * width * Float.BYTES;
        return workers -> {
            allGates.run(workers);
            load(call.initialH(), index, state, step.h);
            load(call.initialC(), index, state, step.c);
            for (int i = 0; i < call.steps(); i++) {
                int at = reverse ? call.steps() - 1 - i : i;
                MemorySegment.copy(gates, at * bytes, step.x, 0, bytes);
                step.work.run(workers);
                store(step.h, state, call.y(), (long) at * count + index);
            }
            store(step.h, state, call.lastH(), index);
            store(step.c, state, call.lastC(), index);
        };
    }

    private static Work multiply(
            Gemm product, MatrixView a, MemorySegment out, Epilogue epilogue, NativeScratch room) {
        return product.prepare(Gemm.Call.of(a, null, out, epilogue), room);
    }

    private static void load(
            @Nullable MemorySegment from, int index, long count, MemorySegment to) {
        long bytes = count * Float.BYTES;
        if (from == null) {
            Memory.clear(to, 0, bytes);
        } else {
            MemorySegment.copy(from, index * bytes, to, 0, bytes);
        }
    }

    private static void store(
            MemorySegment from, long count, @Nullable MemorySegment to, long index) {
        if (to != null) {
            long bytes = count * Float.BYTES;
            MemorySegment.copy(from, 0, to, index * bytes, bytes);
        }
    }

    /// The memory of one step, and what is done on it.
    private static final class Step {
        private final BoundDirection direction;
        private final int batch;

        /// What the gates get from the input, `[B, G·H]`.
        private final MemorySegment x;

        /// The sums of those gates that one product gives, `[B, …·H]`.
        private final MemorySegment sums;

        /// What a GRU's hidden gate gets from the state, or what its reset gate keeps of the state.
        private final MemorySegment fromState;

        private final MemorySegment kept;
        private final MemorySegment h;
        private final MemorySegment c;
        private final Work work;

        Step(BoundDirection direction, int batch, NativeScratch scratch) {
            this.direction = direction;
            this.batch = batch;
            int units = direction.units;
            int gates = direction.cell.gates();
            int joint = direction.hidden == null ? gates : gates - 1;
            x = scratch.floats((long) batch * gates * units);
            sums = scratch.floats((long) batch * joint * units);
            fromState = scratch.floats((long) batch * units);
            kept = scratch.floats((long) batch * units);
            h = scratch.floats((long) batch * units);
            c = scratch.floats((long) batch * units);
            var addInput =
                    RowProgram.addition(
                            new MatrixView(x, 0, batch, joint * units, (long) gates * units, 1));
            var programs = direction.programs;
            var first =
                    switch (direction.cell) {
                        case LSTM, COUPLED_LSTM ->
                                with(programs.first(), gate(0), gate(2), gate(3));
                        case GRU, LINEAR_GRU -> with(programs.first(), gate(1), state(h));
                        case RNN -> Epilogue.NONE;
                    };
            var input = new MatrixView(x, 2L * units, batch, units, (long) gates * units, 1);
            var last =
                    switch (direction.cell) {
                        case LSTM, COUPLED_LSTM -> with(programs.last(), gate(1), state(c));
                        case GRU, LINEAR_GRU ->
                                with(programs.last(), gate(0), gate(1), input, state(fromState));
                        case RNN -> with(programs.last(), gate(0));
                    };
            work =
                    Work.sequence(
                            multiply(direction.fromState, state(h), sums, addInput, scratch),
                            switch (direction.cell) {
                                case LSTM, COUPLED_LSTM -> apply(first, c);
                                case GRU ->
                                        Work.sequence(apply(first, kept), hidden(kept, scratch));
                                case LINEAR_GRU -> hidden(h, scratch);
                                case RNN -> Work.NONE;
                            },
                            apply(last, h));
        }

        private static Epilogue with(@Nullable RowProgram program, MatrixView... operands) {
            return program == null ? Epilogue.NONE : program.with(List.of(operands));
        }

        /// The sums of one gate.
        private MatrixView gate(int index) {
            int units = direction.units;
            int joint =
                    direction.hidden == null ? direction.cell.gates() : direction.cell.gates() - 1;
            return new MatrixView(
                    sums, (long) index * units, batch, units, (long) joint * units, 1);
        }

        private MatrixView state(MemorySegment memory) {
            return MatrixView.of(memory, 0, batch, direction.units);
        }

        private Work hidden(MemorySegment state, NativeScratch scratch) {
            var product = direction.hidden;
            if (product == null) {
                return Work.NONE;
            }
            var bias = new MatrixView(direction.hiddenBias, 0, batch, direction.units, 0, 1);
            return multiply(product, state(state), fromState, RowProgram.addition(bias), scratch);
        }

        private Work apply(Epilogue program, MemorySegment state) {
            int units = direction.units;
            return _ -> program.applyTo(state, 0, units, batch, units, 0, 0);
        }
    }
}
