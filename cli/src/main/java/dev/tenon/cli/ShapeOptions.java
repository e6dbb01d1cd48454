package dev.tenon.cli;

import dev.tenon.cli.model.Bindings;
import dev.tenon.graph.Graph;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/// Extents that a model leaves open.
final class ShapeOptions {
    @Option(
            names = "--shape",
            paramLabel = "NAME=DIMS",
            description = "The shape of an input, such as x=1x3x224x224.")
    private Map<String, String> shapes = new LinkedHashMap<>();

    @Option(
            names = "--symbol",
            paramLabel = "NAME=N",
            description = "The extent of a symbol, such as batch=8.")
    private Map<String, Long> symbols = new LinkedHashMap<>();

    Graph apply(Graph graph) {
        return apply(graph, Map.of());
    }

    /// @param usual the shapes of inputs for which none is given
    Graph apply(Graph graph, Map<String, String> usual) {
        var all = new LinkedHashMap<>(shapes);
        if (symbols.isEmpty()) {
            usual.forEach(all::putIfAbsent);
        }
        return Bindings.apply(graph, all, symbols);
    }
}
