package dev.tenon.bench;

import dev.tenon.base.ResourceException;
import dev.tenon.base.Tensor;
import dev.tenon.bench.Turns.Player;
import dev.tenon.data.npy.Npz;
import dev.tenon.kernels.vector.VectorLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Measures Tenon on a model, alone or beside another engine.
///
/// Each engine first loads the model and runs it in a process of its own, which gives the cost of
/// starting and the outputs that are compared. One thread is then measured with both engines by
/// turns in this process, in CPU time; several are measured by turns in those separate processes,
/// on the wall, since the workers of some engines spin after a run.
///
/// @param peer the other engine
/// @param threads of each engine
/// @param time how long the runs of each engine take together
/// @param aot whether starting is also measured with an AOT cache
public record Bench(Optional<Engine> peer, int threads, Duration time, boolean aot) {
    /// Compilers of the JVM need about so long to be done with what surrounds the kernels.
    private static final long WARM_NANOS = 1_500_000_000;

    /// Enough that runs allocate what they allocate when warm.
    private static final long SHORT_NANOS = 300_000_000;

    private static final String INPUTS = "inputs.npz";

    /// What was measured.
    ///
    /// @param tenon of Tenon
    /// @param peer of the other engine
    /// @param difference of their outputs
    public record Result(
            Measurement tenon,
            Optional<Measurement> peer,
            Difference difference,
            int threads,
            Clock clock,
            String isa) {
        /// How many times longer the peer takes, by medians; NaN without a peer.
        public double ratio() {
            return peer.map(p -> p.timings().median() / tenon.timings().median())
                    .orElse(Double.NaN);
        }

        /// How many times longer the peer takes, by the fastest runs; NaN without a peer.
        public double ratioOfFastest() {
            return peer.map(p -> p.timings().min() / tenon.timings().min()).orElse(Double.NaN);
        }
    }

    /// @throws dev.tenon.base.TenonException when an engine cannot load or run the model
    public Result run(Path model, Map<String, Tensor> inputs) {
        var engines = new ArrayList<Engine>();
        engines.add(new TenonEngine());
        peer.ifPresent(engines::add);
        try (var folder = Folder.make()) {
            var given = folder.file(INPUTS);
            Npz.write(given, inputs);
            var processes = new ArrayList<WorkerProcess>();
            try {
                for (var engine : engines) {
                    var outputs = folder.file(engine.name() + ".npz");
                    processes.add(
                            new WorkerProcess(engine, model, threads, given, outputs, List.of()));
                }
                return measure(model, inputs, engines, processes, folder);
            } finally {
                processes.forEach(WorkerProcess::close);
            }
        }
    }

    private Result measure(
            Path model,
            Map<String, Tensor> inputs,
            List<Engine> engines,
            List<WorkerProcess> processes,
            Folder folder) {
        var outputs = engines.stream().map(e -> Npz.read(folder.file(e.name() + ".npz"))).toList();
        var difference = Difference.between(outputs.getLast(), outputs.getFirst());
        List<Timings> timings;
        List<Start> starts;
        if (threads == 1) {
            processes.forEach(p -> p.play(SHORT_NANOS));
            starts = processes.stream().map(WorkerProcess::end).toList();
            timings = inThisProcess(model, inputs, engines);
        } else {
            var players = processes.stream().<Player>map(p -> p::play).toList();
            timings = Turns.play(players, WARM_NANOS, time.toNanos());
            starts = processes.stream().map(WorkerProcess::end).toList();
        }
        var measurements = new ArrayList<Measurement>();
        for (int i = 0; i < engines.size(); i++) {
            var engine = engines.get(i);
            measurements.add(
                    new Measurement(
                            engine.name(),
                            engine.version(),
                            timings.get(i),
                            starts.get(i),
                            aot
                                    ? Optional.of(cachedStart(engine, model, folder))
                                    : Optional.empty()));
        }
        return new Result(
                measurements.getFirst(),
                measurements.stream().skip(1).findFirst(),
                difference,
                threads,
                Clock.of(threads),
                isa());
    }

    private Start cachedStart(Engine engine, Path model, Folder folder) {
        return CachedStart.of(engine, model, threads, folder.file(INPUTS), folder.path());
    }

    private List<Timings> inThisProcess(
            Path model, Map<String, Tensor> inputs, List<Engine> engines) {
        var sessions = new ArrayList<Engine.Session>();
        try {
            var players = new ArrayList<Player>();
            for (var engine : engines) {
                var session = engine.open(model, 1);
                sessions.add(session);
                session.bind(inputs);
                players.add(nanos -> Turns.run(session::run, Clock.CPU, nanos));
            }
            return Turns.play(players, WARM_NANOS, time.toNanos());
        } finally {
            sessions.forEach(Engine.Session::close);
        }
    }

    /// The level of machine code that this process uses.
    public static String isa() {
        return VectorLevel.here()
                .map(level -> level.name().toLowerCase(Locale.ROOT))
                .orElse("java");
    }

    /// A folder for a while.
    private record Folder(Path path) implements AutoCloseable {
        static Folder make() {
            try {
                return new Folder(Files.createTempDirectory("tenon-bench"));
            } catch (IOException e) {
                throw ResourceException.of("cannot make a folder", "tenon-bench", e);
            }
        }

        Path file(String name) {
            return path.resolve(name);
        }

        @Override
        public void close() {
            try (var files = Files.list(path)) {
                for (var file : files.toList()) {
                    Files.delete(file);
                }
                Files.delete(path);
            } catch (IOException e) {
                throw ResourceException.of("cannot delete", path, e);
            }
        }
    }
}
