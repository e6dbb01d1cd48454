package dev.tenon.cli;

import dev.tenon.base.FormatException;
import dev.tenon.base.ResourceException;
import dev.tenon.base.Tensor;
import dev.tenon.bench.Clock;
import dev.tenon.bench.Difference;
import dev.tenon.bench.Engine;
import dev.tenon.bench.Engines;
import dev.tenon.bench.Turns;
import dev.tenon.cli.bench.ExportedReport;
import dev.tenon.cli.bench.ExportedReport.Outcome;
import dev.tenon.cli.bench.Suite;
import dev.tenon.cli.model.Models;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipelines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Option;

@CommandLine.Command(
        name = "exported",
        description = "Measure what the optimiser exports in another engine, beside the original.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The original file and what each level makes of it run by turns in one process, with"
                    + " all of the",
            "engine's own optimisations, on one thread in CPU time. A ratio is the original's time"
                    + " by the",
            "other's: 2 means twice as fast. Differences are shares of an output's range.",
            "",
            "Examples:",
            "  tenon bench exported",
            "  tenon bench exported ppocr-det resnet-18 --level standard --disable affine-into-conv"
        })
final class BenchExportedCommand extends MeasuringCommand {
    private static final long WARM_NANOS = 300_000_000;

    @Option(
            names = "--level",
            description = "declutter, standard or aggressive; may be repeated (default: each).")
    private Set<OptimizeCommand.Level> levels = new LinkedHashSet<>();

    @Option(
            names = "--disable",
            paramLabel = "RULE",
            description = "Leave out a rule or pass; may be repeated.")
    private Set<String> disabled = new LinkedHashSet<>();

    @Option(
            names = "--against",
            paramLabel = "ENGINE",
            description = "The engine (default: ${DEFAULT-VALUE}; in a source tree only).")
    private String against = "onnxruntime";

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long the runs of each file take (default: ${DEFAULT-VALUE}).")
    private double seconds = 1;

    @Option(names = "--markdown", description = "Print the table as Markdown.")
    private boolean markdown;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        if (levels.isEmpty()) {
            levels.addAll(
                    List.of(
                            OptimizeCommand.Level.DECLUTTER,
                            OptimizeCommand.Level.STANDARD,
                            OptimizeCommand.Level.AGGRESSIVE));
        }
        var engine = Engines.find(against);
        var report = new ExportedReport(levels.stream().map(Object::toString).toList());
        int code = measure(named(Suite.all()), entry -> report.add(row(Subject.of(entry), engine)));
        if (json) {
            printJson(report.json());
        } else {
            console().line(markdown ? report.table().markdown() : report.table().toString());
        }
        return code;
    }

    private ExportedReport.Row row(Subject subject, Engine engine) {
        var graph = Models.read(subject.file().toString());
        var files = new ArrayList<Path>();
        try {
            levels.forEach(level -> files.add(exported(graph, level)));
            return race(
                    subject.name(),
                    subject.file(),
                    files,
                    file -> open(engine, file, subject.inputs()));
        } catch (IOException e) {
            throw ResourceException.of("cannot read the size of files of", subject.name(), e);
        } finally {
            files.forEach(BenchExportedCommand::delete);
        }
    }

    private Path exported(Graph graph, OptimizeCommand.Level level) {
        try {
            var file = Files.createTempFile("tenon-" + level, ".onnx");
            var context = PassContext.DEFAULT.without(disabled);
            Onnx.write(Pipelines.written(level.pipeline()).run(graph, context), file);
            return file;
        } catch (IOException e) {
            throw ResourceException.of("cannot write the file", "tenon-" + level, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw ResourceException.of("cannot delete", file, e);
        }
    }

    private static Engine.Session open(Engine engine, Path file, Map<String, Tensor> inputs) {
        var session = engine.open(file, 1);
        session.bind(inputs);
        return session;
    }

    /// Runs the original and what was made of it by turns.
    private ExportedReport.Row race(
            String name, Path original, List<Path> files, Function<Path, Engine.Session> opener)
            throws IOException {
        var sessions = new ArrayList<Engine.Session>();
        var refused = new HashMap<Path, Outcome>();
        try {
            sessions.add(opener.apply(original));
            var expected = sessions.getFirst().outputs();
            for (var file : files) {
                try {
                    sessions.add(opener.apply(file));
                } catch (FormatException e) {
                    refused.put(file, new Outcome.Refused(e.problem().message()));
                    console().note(name + ": " + e.problem().message());
                }
            }
            var timings = Turns.play(players(sessions), WARM_NANOS, (long) (seconds * 1e9));
            var outcomes = new ArrayList<Outcome>();
            int at = 0;
            for (var file : files) {
                var refusal = refused.get(file);
                if (refusal == null) {
                    at++;
                    var difference = Difference.between(expected, sessions.get(at).outputs());
                    outcomes.add(
                            new Outcome.Measured(Files.size(file), timings.get(at), difference));
                } else {
                    outcomes.add(refusal);
                }
            }
            return new ExportedReport.Row(name, Files.size(original), timings.getFirst(), outcomes);
        } finally {
            sessions.forEach(Engine.Session::close);
        }
    }

    private static List<Turns.Player> players(List<Engine.Session> sessions) {
        return sessions.stream()
                .<Turns.Player>map(s -> nanos -> Turns.run(s::run, Clock.CPU, nanos))
                .toList();
    }
}
