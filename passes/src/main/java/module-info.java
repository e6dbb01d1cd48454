import org.jspecify.annotations.NullMarked;

/// Patches, rewrite rules, pipelines, cost model.
@NullMarked
module dev.tenon.passes {
    requires transitive dev.tenon.graph;
    requires static org.jspecify;

    exports dev.tenon.passes;
    exports dev.tenon.passes.layout;
}
