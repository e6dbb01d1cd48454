package dev.tenon.runtime;

/// What a step of a plan does at each run.
@FunctionalInterface
interface Action {
    /// Reads the step's inputs from the frame and sets its outputs. Safe to call from several
    /// threads with frames of their own.
    void run(Frame frame);
}
