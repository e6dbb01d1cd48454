package dev.tenon.runtime;

import dev.tenon.kernels.Workers;

/// How a step of a plan is made ready for inputs of known types.
@FunctionalInterface
interface Action {
    /// What is left of a step when its inputs' types and outputs' memory are known. May be run
    /// again and again, with other elements in the same memory.
    @FunctionalInterface
    interface Invocation {
        void run(Workers workers);
    }

    /// Makes the step's outputs in the frame. Elements of inputs are read by the invocation alone,
    /// but for those whose [Frame#contents] decide on shapes. Safe to call from several threads
    /// with frames of their own.
    Invocation prepare(Frame frame);
}
