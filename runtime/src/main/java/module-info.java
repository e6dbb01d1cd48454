import org.jspecify.annotations.NullMarked;

/// Lowering, memory planning, threads, Model.
@NullMarked
module dev.tenon.runtime {
    requires dev.tenon.formats;
    requires dev.tenon.kernels;
    requires transitive dev.tenon.passes;
    requires static org.jspecify;
}
