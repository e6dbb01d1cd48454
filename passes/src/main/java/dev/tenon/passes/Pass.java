package dev.tenon.passes;

import dev.tenon.graph.Graph;
import java.util.List;

/// One step of a [Pipeline].
public interface Pass {
    /// A short name, unique in its pipeline.
    String name();

    /// The graph after this step; the same graph when there was nothing to do. Subgraphs are left
    /// alone: the pipeline gives them to the pass one by one.
    Graph run(Graph graph, PassContext context);

    /// The rules it consists of, where it does.
    default List<Rule<?>> rules() {
        return List.of();
    }
}
