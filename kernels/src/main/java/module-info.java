import org.jspecify.annotations.NullMarked;

/// Kernel contracts, kernels and their selection.
@NullMarked
module dev.tenon.kernels {
    requires transitive dev.tenon.base;
    requires static org.jspecify;
}
