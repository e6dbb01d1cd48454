import org.jspecify.annotations.NullMarked;

/// The intermediate representation: typed operators, values, immutable graphs, inference of types
/// and symbolic shapes, verification, the text form, and the reference interpreter.
@NullMarked
module dev.tenon.graph {
    requires transitive dev.tenon.base;
    requires static java.desktop;
    requires static transitive org.jspecify;

    exports dev.tenon.graph;
    exports dev.tenon.graph.op;
    exports dev.tenon.graph.op.contract;
    exports dev.tenon.graph.op.control;
    exports dev.tenon.graph.op.convolution;
    exports dev.tenon.graph.op.elementwise;
    exports dev.tenon.graph.op.fused;
    exports dev.tenon.graph.op.generate;
    exports dev.tenon.graph.op.ml;
    exports dev.tenon.graph.op.move;
    exports dev.tenon.graph.op.norm;
    exports dev.tenon.graph.op.pool;
    exports dev.tenon.graph.op.quant;
    exports dev.tenon.graph.op.random;
    exports dev.tenon.graph.op.recurrent;
    exports dev.tenon.graph.op.reduce;
    exports dev.tenon.graph.op.resample;
    exports dev.tenon.graph.op.signal;
    exports dev.tenon.graph.op.text;
    exports dev.tenon.graph.op.training;
}
