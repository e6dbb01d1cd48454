package dev.tenon.cli.engine;

import dev.tenon.base.Datum;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.runtime.LoadOptions;
import dev.tenon.runtime.Model;
import java.util.List;

/// A way to run a graph.
@FunctionalInterface
public interface Engine {
    /// The slow one whose results every other is compared with.
    Engine REFERENCE = graph -> inputs -> new Interpreter(0).run(graph, inputs);

    /// The runtime with all processors.
    Engine MODEL = model(0);

    /// The runtime.
    ///
    /// @param threads to use; 0, all processors
    static Engine model(int threads) {
        return model(LoadOptions.DEFAULT.withThreads(threads));
    }

    /// The runtime.
    static Engine model(LoadOptions options) {
        return graph -> new ModelSession(Model.of(graph, options));
    }

    /// Prepares a graph.
    Session open(Graph graph);

    /// A graph that is ready to run.
    @FunctionalInterface
    interface Session extends AutoCloseable {
        /// The outputs of the graph, in order.
        List<Datum> run(List<Datum> inputs);

        @Override
        default void close() {}
    }
}
