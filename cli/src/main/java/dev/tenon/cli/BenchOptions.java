package dev.tenon.cli;

import dev.tenon.base.Datum;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.UnsupportedException;
import dev.tenon.bench.Bench;
import dev.tenon.bench.Engine;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import picocli.CommandLine.Option;

/// How models are measured.
final class BenchOptions {
    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of each engine (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long the runs of each engine take (default: ${DEFAULT-VALUE}).")
    private double seconds = 2;

    @Option(
            names = "--aot",
            description = "Also measure starting with an AOT cache made of it, which takes longer.")
    private boolean aot;

    Bench bench(Optional<Engine> peer) {
        var time = Duration.ofNanos((long) (seconds * 1e9));
        return new Bench(peer, Math.max(1, threads), time, aot);
    }

    /// @throws UnsupportedException when one of them is no tensor
    static SequencedMap<String, Tensor> tensors(Map<String, Datum> values) {
        var tensors = new LinkedHashMap<String, Tensor>();
        values.forEach(
                (name, value) -> {
                    if (!(value instanceof Tensor tensor)) {
                        throw new UnsupportedException(
                                Problem.of("only models that take tensors can be measured")
                                        .node(name)
                                        .got(value.type()));
                    }
                    tensors.put(name, tensor);
                });
        return tensors;
    }
}
