import org.jspecify.annotations.NullMarked;

/// Generators, tolerances and cases for tests; not part of what users get.
@NullMarked
module dev.tenon.testkit {
    requires transitive dev.tenon.passes;
    requires transitive org.junit.jupiter.api;
    requires static org.jspecify;

    exports dev.tenon.testkit;
}
