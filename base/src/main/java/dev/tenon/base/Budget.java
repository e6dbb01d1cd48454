package dev.tenon.base;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// How much a piece of work may allocate and how many steps it may take, for models that are not
/// trusted.
///
/// The budget holds for the thread that [#within] is called on. What is allocated counts even when
/// it is dropped again, so the budget also bounds time.
public final class Budget {
    private static final ScopedValue<Budget> CURRENT = ScopedValue.newInstance();

    private static final int ELEMENTS_A_STEP = 1024;

    private final AtomicLong bytes;
    private final AtomicLong steps;

    private Budget(long bytes, long steps) {
        this.bytes = new AtomicLong(bytes);
        this.steps = new AtomicLong(steps);
    }

    /// @param bytes of tensors
    /// @param steps nodes that are evaluated, those in loops each time, and thousands of elements
    ///   that an operator visits beyond those it allocates
    public static Budget of(long bytes, long steps) {
        return new Budget(bytes, steps);
    }

    /// Does the work; what it takes is gone from the budget.
    ///
    /// @throws LimitException when the budget is spent
    public <T> T within(Supplier<T> work) {
        return ScopedValue.where(CURRENT, this).call(work::get);
    }

    /// Takes bytes from the budget of the current work, if it has one.
    ///
    /// @throws LimitException when they are not left
    static void allocate(long bytes) {
        if (CURRENT.isBound()) {
            take(CURRENT.get().bytes, bytes, "bytes of tensors");
        }
    }

    /// Takes a step from the budget of the current work, if it has one.
    ///
    /// @throws LimitException when none is left
    public static void step() {
        if (CURRENT.isBound()) {
            take(CURRENT.get().steps, 1, "steps");
        }
    }

    /// Takes the steps that visiting elements is worth.
    ///
    /// @throws LimitException when they are not left
    public static void work(long elements) {
        if (elements >= ELEMENTS_A_STEP && CURRENT.isBound()) {
            take(CURRENT.get().steps, elements / ELEMENTS_A_STEP, "steps");
        }
    }

    private static void take(AtomicLong left, long amount, String what) {
        if (left.addAndGet(-amount) < 0) {
            throw new LimitException(
                    Problem.of("the budget of " + what + " is spent").got(amount + " more"));
        }
    }
}
