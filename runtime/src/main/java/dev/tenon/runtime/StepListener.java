package dev.tenon.runtime;

/// Is told of every step of a run, those of subgraphs included.
@FunctionalInterface
public interface StepListener {
    /// For runs whose steps only a flight recording wants to know.
    StepListener NONE = (_, _, _, _) -> {};

    /// @param step what ran; one with subgraphs comes after the steps in them, which its time
    ///   includes
    /// @param start when it began, as [System#nanoTime] tells
    /// @param nanos how long it took
    /// @param bytes of the tensors that it read and made
    void ran(PlanStep step, long start, long nanos, long bytes);
}
