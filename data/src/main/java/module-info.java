import org.jspecify.annotations.NullMarked;

/// Tokenisers, images, array files and JSON: what stands before and after a model.
@NullMarked
module dev.tenon.data {
    requires transitive dev.tenon.base;
    requires java.desktop;
    requires static org.jspecify;

    exports dev.tenon.data.image;
    exports dev.tenon.data.json;
    exports dev.tenon.data.npy;
    exports dev.tenon.data.text;
}
