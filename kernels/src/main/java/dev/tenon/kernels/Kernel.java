package dev.tenon.kernels;

import java.util.Optional;

/// One way to compute a family of operations.
///
/// @param <Q> what is known when a plan is made: element types, attributes, constant operands
/// @param <B> the operation made ready, which is called at every run
public interface Kernel<Q, B> {
    /// The name in plans, such as `gemm-java`.
    String name();

    /// Why this kernel cannot compute the query; empty when it can.
    Optional<Refusal> refuses(Q query);

    /// Makes the operation ready: packs constants, chooses block sizes. The result is immutable and
    /// may be called from several threads, as long as the storage is open.
    ///
    /// @param storage takes what is made of constants
    B bind(Q query, Storage storage);

    /// The same in memory that the garbage collector frees.
    default B bind(Q query) {
        return bind(query, Storage.ofCollector());
    }

    /// A refusal of this kernel.
    default Optional<Refusal> refuse(String reason) {
        return Optional.of(new Refusal(name(), reason));
    }
}
