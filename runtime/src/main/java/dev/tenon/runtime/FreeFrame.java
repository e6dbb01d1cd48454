package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.runtime.Workspace.Block;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;

/// The values of one run of a plan whose extents are not known beforehand, and where their memory
/// comes from.
final class FreeFrame extends Frame {
    /// Whose memory a value lies in, where it is no block of the workspace.
    private enum Owner {
        /// The run's own.
        FRESH,
        /// The caller's, or a constant's: it must neither be written nor handed out.
        BORROWED
    }

    private final RunContext context;
    private final Object[] owners;

    FreeFrame(Plan plan, RunContext context) {
        super(plan);
        this.context = context;
        this.owners = new Object[values.length];
        java.util.Arrays.fill(owners, Owner.BORROWED);
    }

    @Override
    RunContext context() {
        return context;
    }

    /// Runs all steps.
    ///
    /// @return the outputs, in memory of their own
    List<Datum> run(Datum[] inputs) {
        try {
            for (int i = 0; i < inputs.length; i++) {
                values[plan.inputs()[i]] = inputs[i];
            }
            var listener = context.listener();
            for (var next : plan.steps()) {
                if (listener == null) {
                    run(next);
                } else {
                    Observation.run(next, this, () -> run(next), listener);
                }
                for (int slot : next.dead()) {
                    release(slot);
                }
            }
            return results();
        } finally {
            for (int slot = 0; slot < owners.length; slot++) {
                release(slot);
            }
        }
    }

    private void run(Step next) {
        try (var scratch = NativeScratch.open()) {
            prepare(next, scratch).run(context.workers());
        } catch (RuntimeException | OutOfMemoryError e) {
            throw next.failed(e);
        }
    }

    private List<Datum> results() {
        var results = new ArrayList<Datum>();
        var given = Collections.newSetFromMap(new IdentityHashMap<Datum, Boolean>());
        for (int slot : plan.outputs()) {
            var value = Objects.requireNonNull(values[slot]);
            boolean own = owners[slot] == Owner.FRESH && given.add(value);
            results.add(own ? value : copy(value));
        }
        return results;
    }

    private Datum copy(Datum value) {
        if (value instanceof Tensor tensor) {
            context.workspace().reserve(tensor.byteSize());
            context.workspace().handOver(tensor.byteSize());
            return tensor.copy();
        }
        return value;
    }

    private void release(int slot) {
        if (owners[slot] instanceof Block block) {
            context.workspace().release(block);
        }
        owners[slot] = Owner.BORROWED;
        values[slot] = null;
    }

    @Override
    Tensor output(int output, DType dtype, long... dims) {
        int slot = step().outputs()[output];
        long bytes = dtype.bytes(Tensor.size(dims));
        if (plan.isResult(slot)) {
            context.workspace().reserve(bytes);
            context.workspace().handOver(bytes);
            return put(slot, Tensor.zeros(dtype, dims), Owner.FRESH);
        }
        var block = context.workspace().take(bytes);
        return put(slot, Tensor.of(dtype, block.memory().asSlice(0, bytes), dims), block);
    }

    private Tensor put(int slot, Tensor tensor, Object owner) {
        values[slot] = tensor;
        owners[slot] = owner;
        return tensor;
    }

    /// Makes an output out of the memory of an input.
    private void alias(int output, int input, Tensor view) {
        int slot = step().outputs()[output];
        var owner = owners[step().inputs()[input]];
        if (owner instanceof Block block) {
            block.share();
            put(slot, view, owner);
        } else {
            // A fresh input may be a result itself, so the view counts as borrowed and is copied if
            // it is one too.
            put(slot, view, Owner.BORROWED);
        }
    }

    @Override
    void set(int output, Datum value) {
        int slot = step().outputs()[output];
        if (value instanceof Tensor tensor) {
            int source = source(tensor);
            if (source >= 0) {
                alias(output, source, tensor);
            } else {
                put(slot, tensor, Owner.FRESH);
            }
        } else {
            values[slot] = detached(value);
            owners[slot] = Owner.FRESH;
        }
    }

    /// The input that a tensor shares memory with; -1 when there is none.
    private int source(Tensor tensor) {
        for (int i = 0; i < step().inputs().length; i++) {
            if (has(i)
                    && values[step().inputs()[i]] instanceof Tensor input
                    && overlap(input, tensor)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean overlap(Tensor a, Tensor b) {
        if (a.dtype() == DType.STRING || b.dtype() == DType.STRING) {
            return a.dtype() == b.dtype() && sameArray(a.strings(), b.strings());
        }
        return a.segment().asOverlappingSlice(b.segment()).isPresent();
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean sameArray(String[] a, String[] b) {
        return a == b;
    }

    /// The same value without memory of the workspace or the caller.
    private Datum detached(Datum value) {
        return switch (value) {
            case Tensor tensor -> source(tensor) >= 0 ? tensor.copy() : tensor;
            case Datum.OfSequence(var element, var members) ->
                    new Datum.OfSequence(element, members.stream().map(this::detached).toList());
            case Datum.OfOptional(var element, var member) ->
                    new Datum.OfOptional(element, member == null ? null : detached(member));
            case Datum.OfMap map -> map;
        };
    }
}
