package dev.tenon.cli;

import dev.tenon.base.Datum;
import dev.tenon.cli.console.Amounts;
import dev.tenon.cli.engine.Engine;
import dev.tenon.cli.model.Models;
import dev.tenon.cli.model.OutputFiles;
import dev.tenon.cli.model.Summary;
import dev.tenon.data.json.Json;
import dev.tenon.graph.Graph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "run",
        description = "Run a model once and print or store its outputs.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Inputs that are not given are made up: floats of -1 to 1, integers of 0 to 99, masks"
                    + " of ones.",
            "",
            "Examples:",
            "  tenon run model.onnx --in x=x.npy --out-dir out",
            "  tenon run ppocr-cls --in x=line.png --shape x=1x3x48x192",
            "  tenon run silero-v6 --in sr=16000 --shape input=1x576 --shape state=2x1x128",
            "  tenon run minilm --text 'A sentence.' --tokenizer tokenizer.json --json"
        })
final class RunCommand extends Command {
    @Parameters(paramLabel = "MODEL", description = "A file, or the short name of a fetched model.")
    private String model = "";

    @Mixin private InputOptions inputs = new InputOptions();

    @Mixin private ShapeOptions shapes = new ShapeOptions();

    @Option(
            names = "--out-dir",
            paramLabel = "DIR",
            description = "Store each output as DIR/NAME.npy.")
    private @Nullable Path outputFolder;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to use (default: all processors).")
    private int threads;

    @Option(
            names = "--reference",
            description = "Run the reference implementations of the operators: slow.")
    private boolean reference;

    @Option(names = "--json", description = "Print the outputs as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        var graph = shapes.apply(Models.read(model));
        var values = inputs.values(graph);
        long loading = System.nanoTime();
        List<Datum> results;
        long running;
        long done;
        try (var _ = console().progress("running " + model, 0);
                var session = (reference ? Engine.REFERENCE : Engine.model(threads)).open(graph)) {
            running = System.nanoTime();
            results = session.run(List.copyOf(values.values()));
            done = System.nanoTime();
        }
        var outputs = named(graph, results);
        var files =
                outputFolder == null ? List.<Path>of() : OutputFiles.write(outputs, outputFolder);
        if (json) {
            printJson(
                    Json.object()
                            .put("model", model)
                            .put("prepare_ms", (running - loading) / 1e6)
                            .put("run_ms", (done - running) / 1e6)
                            .put("inputs", describe(values, false))
                            .put("outputs", describe(outputs, outputFolder == null))
                            .put("files", Json.strings(files.stream().map(Path::toString).toList()))
                            .build());
        } else {
            outputs.forEach((name, value) -> console().line(name + ": " + Summary.of(value)));
            console()
                    .note(
                            "prepared in "
                                    + Amounts.nanos(running - loading)
                                    + ", ran in "
                                    + Amounts.nanos(done - running));
        }
        return OK;
    }

    private static SequencedMap<String, Datum> named(Graph graph, List<Datum> results) {
        var outputs = new LinkedHashMap<String, Datum>();
        for (int i = 0; i < results.size(); i++) {
            outputs.put(graph.outputs().get(i).name(), results.get(i));
        }
        return outputs;
    }

    private static Json describe(SequencedMap<String, Datum> data, boolean elements) {
        var list = new ArrayList<Json>();
        data.forEach((name, datum) -> list.add(Summary.json(name, datum, elements)));
        return Json.array(list);
    }
}
