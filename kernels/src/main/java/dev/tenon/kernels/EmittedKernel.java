package dev.tenon.kernels;

/// A kernel that runs machine code of its own. On a processor that is not among those that Tenon
/// was tested on, it is held against a kernel in Java before it is used for the first time.
///
/// @param <Q> as of [Kernel]
/// @param <B> as of [Kernel]
public interface EmittedKernel<Q, B> extends Kernel<Q, B> {}
