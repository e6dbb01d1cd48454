package dev.tenon.runtime;

import dev.tenon.kernels.Work;

/// How a step of a plan is made ready for inputs of known types.
@FunctionalInterface
interface Action {
    /// Makes the step's outputs in the frame, and what is left of the step when its inputs' types
    /// and outputs' memory are known. Elements of inputs are read by the work alone, but for those
    /// whose [Frame#contents] decide on shapes. Safe to call from several threads with frames of
    /// their own.
    Work prepare(Frame frame);
}
