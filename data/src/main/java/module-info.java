import org.jspecify.annotations.NullMarked;

/// Tokenisers, images, pre- and post-processing.
@NullMarked
module dev.tenon.data {
    requires transitive dev.tenon.base;
    requires static org.jspecify;
}
