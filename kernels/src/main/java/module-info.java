import org.jspecify.annotations.NullMarked;

/// Kernel contracts, kernels and their selection. A kernel works on memory segments and knows no
/// graph.
@NullMarked
module dev.tenon.kernels {
    requires dev.tenon.asm;
    requires transitive dev.tenon.base;
    requires static org.jspecify;

    exports dev.tenon.kernels;
    exports dev.tenon.kernels.attention;
    exports dev.tenon.kernels.conv;
    exports dev.tenon.kernels.elementwise;
    exports dev.tenon.kernels.gemm;
    exports dev.tenon.kernels.move;
    exports dev.tenon.kernels.norm;
    exports dev.tenon.kernels.pool;
    exports dev.tenon.kernels.quant;
    exports dev.tenon.kernels.recurrent;
    exports dev.tenon.kernels.reduce;
    exports dev.tenon.kernels.resample;
    exports dev.tenon.kernels.vector;
}
