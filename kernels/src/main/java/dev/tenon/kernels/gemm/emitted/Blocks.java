package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.gemm.FusedEpilogue;
import dev.tenon.kernels.gemm.Gemm;
import java.util.ArrayList;
import java.util.function.IntFunction;

/// The rectangles of some products.
final class Blocks {
    private Blocks() {}

    /// How the epilogue of a call is done.
    ///
    /// @param columns of the results
    /// @param room lasts as long as the work
    static FusedEpilogue epilogue(Gemm.Call call, int columns, NativeScratch room) {
        return call.out().isNative()
                ? FusedEpilogue.of(call.epilogue(), call.out(), columns, room)
                : FusedEpilogue.afterwards(call.epilogue(), columns);
    }

    /// Those of the products `first … first+count`.
    ///
    /// @param epilogue the call's
    /// @param b the right-hand matrix of each of them, counted from 0
    static BlockProduct[] of(
            GemmRoutines routines,
            Gemm.Call call,
            float alpha,
            Cut cut,
            int first,
            int count,
            FusedEpilogue epilogue,
            IntFunction<Panels> b) {
        var blocks = new ArrayList<BlockProduct>();
        for (int i = 0; i < count; i++) {
            for (var part : cut.parts()) {
                blocks.add(
                        new BlockProduct(
                                routines, call, alpha, part, first + i, b.apply(i), epilogue));
            }
        }
        return blocks.toArray(BlockProduct[]::new);
    }
}
