import org.jspecify.annotations.NullMarked;

/// Data types, symbolic shapes, tensors, scalar expressions and typed errors: the vocabulary that
/// every other module speaks.
@NullMarked
module dev.tenon.base {
    requires static transitive org.jspecify;

    exports dev.tenon.base;
}
