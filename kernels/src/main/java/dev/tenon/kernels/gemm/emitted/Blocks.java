package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.gemm.Gemm;
import java.util.ArrayList;
import java.util.function.IntFunction;

/// The rectangles of some products.
final class Blocks {
    private Blocks() {}

    /// Those of the products `first … first+count`.
    ///
    /// @param b the right-hand matrix of each of them, counted from 0
    static BlockProduct[] of(
            GemmRoutines routines,
            Gemm.Call call,
            float alpha,
            Cut cut,
            int first,
            int count,
            IntFunction<Panels> b) {
        var blocks = new ArrayList<BlockProduct>();
        for (int i = 0; i < count; i++) {
            for (var part : cut.parts()) {
                blocks.add(new BlockProduct(routines, call, alpha, part, first + i, b.apply(i)));
            }
        }
        return blocks.toArray(BlockProduct[]::new);
    }
}
