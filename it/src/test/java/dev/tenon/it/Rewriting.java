package dev.tenon.it;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipeline;
import dev.tenon.passes.Pipelines;
import dev.tenon.testkit.Closeness;
import java.util.List;
import java.util.stream.Stream;

/// A way to rewrite graphs: one pass alone, or a pipeline.
///
/// @param exact whether results stay the same to the bit
record Rewriting(Pipeline pipeline, boolean exact) {
    /// How far results may be off where they are rounded otherwise, as a share of the largest.
    static final double ROUNDING = 1e-4;

    private static final PassContext VERIFIED = PassContext.DEFAULT.withVerify(true);

    /// Each pass of the last pipeline alone.
    static Stream<Rewriting> passes() {
        return Pipelines.codegen().passes().stream()
                .map(p -> new Rewriting(Pipeline.of(p.name(), p), Pipelines.isExact(p)));
    }

    static Stream<Rewriting> pipelines() {
        return Pipelines.all().stream()
                .map(p -> new Rewriting(p, p.passes().stream().allMatch(Pipelines::isExact)));
    }

    static List<Rewriting> all() {
        return Stream.concat(passes(), pipelines()).toList();
    }

    /// The graph rewritten, which is checked after every pass; the same one where nothing applies.
    Graph apply(Graph graph) {
        return pipeline.run(graph, VERIFIED);
    }

    /// @throws AssertionError when results are further from the expected ones than rounding
    ///   explains
    void accept(List<Datum> expected, List<Datum> actual) {
        if (exact) {
            Closeness.BITS.assertNear(expected, actual);
            return;
        }
        for (int i = 0; i < expected.size(); i++) {
            tolerance(expected.get(i)).assertNear(expected.get(i), actual.get(i));
        }
    }

    private static Closeness tolerance(Datum expected) {
        if (!(expected instanceof Tensor tensor)
                || tensor.dtype().kind() == DType.Kind.STRING
                || tensor.dtype().kind() == DType.Kind.COMPLEX) {
            return Closeness.SINGLE;
        }
        double largest = 1;
        for (long i = 0; i < tensor.size(); i++) {
            double size = Math.abs(tensor.getDouble(i));
            largest = Double.isFinite(size) ? Math.max(largest, size) : largest;
        }
        double rounding = Math.max(ROUNDING, Closeness.of(tensor.dtype()).relative());
        return new Closeness(rounding, rounding * largest);
    }

    @Override
    public String toString() {
        return pipeline.name();
    }
}
