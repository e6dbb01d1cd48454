import org.jspecify.annotations.NullMarked;

/// Model file formats, one package each.
@NullMarked
module dev.tenon.formats {
    requires transitive dev.tenon.graph;
    requires static org.jspecify;

    exports dev.tenon.formats.onnx;
}
