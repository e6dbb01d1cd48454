import org.jspecify.annotations.NullMarked;

/// Measuring how fast models and kernels run, alone and beside other engines.
@NullMarked
module dev.tenon.bench {
    requires dev.tenon.asm;
    requires dev.tenon.data;
    requires dev.tenon.runtime;
    requires java.management;
    requires jdk.management;
    requires static org.jspecify;

    exports dev.tenon.bench;
    exports dev.tenon.bench.kernels;

    uses dev.tenon.bench.Engine;
}
