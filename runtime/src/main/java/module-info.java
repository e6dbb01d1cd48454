import org.jspecify.annotations.NullMarked;

/// Running models: lowering, memory, threads, and the public API [dev.tenon.runtime.Model].
@NullMarked
module dev.tenon.runtime {
    requires dev.tenon.formats;
    requires transitive dev.tenon.graph;
    requires transitive dev.tenon.kernels;
    requires transitive dev.tenon.passes;
    requires jdk.jfr;
    requires static org.jspecify;

    exports dev.tenon.runtime;
}
