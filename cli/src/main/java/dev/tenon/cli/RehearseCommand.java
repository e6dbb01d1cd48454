package dev.tenon.cli;

import dev.tenon.base.ResourceException;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.TextForm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine;

@CommandLine.Command(
        name = "rehearse",
        hidden = true,
        description = {
            "Inspect, run and optimise small models of Tenon's own, and print nothing: what the"
                    + " launcher",
            "records an AOT cache of."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  java -XX:AOTCacheOutput=tenon.aot … dev.tenon.cli.Main rehearse   # tenon rehearse"
        })
final class RehearseCommand extends Command {
    /// Graphs as exporters write them, so that most rules and kernels have something to do, and the
    /// options that give their inputs shapes.
    private static final Map<String, List<String>> MODELS =
            Map.of(
                    "transformer",
                    List.of("--symbol=batch=1", "--symbol=length=16"),
                    "images",
                    List.of());

    @Override
    public Integer call() {
        try {
            var folder = Files.createTempDirectory("tenon-rehearsal");
            int worst = OK;
            for (var entry : MODELS.entrySet()) {
                var name = entry.getKey();
                var model = folder.resolve(name + ".onnx");
                var optimised = folder.resolve(name + "-optimised.onnx");
                Onnx.write(TextForm.parse(text(name)), model);
                var file = model.toString();
                var shapes = entry.getValue();
                worst = Math.max(worst, silently(List.of("inspect", file), List.of()));
                worst = Math.max(worst, silently(List.of("run", file), shapes));
                worst =
                        Math.max(
                                worst,
                                silently(
                                        List.of("optimize", file, "-o", optimised.toString()),
                                        List.of()));
                Files.delete(optimised);
                Files.delete(model);
            }
            Files.delete(folder);
            return worst;
        } catch (IOException e) {
            throw ResourceException.of("cannot write to", "the folder of temporary files", e);
        }
    }

    /// The exit code of a command.
    private static int silently(List<String> command, List<String> options) {
        var nowhere = new PrintWriter(Writer.nullWriter());
        return Main.commandLine()
                .setOut(nowhere)
                .setErr(nowhere)
                .execute(Stream.concat(command.stream(), options.stream()).toArray(String[]::new));
    }

    private static String text(String name) throws IOException {
        var file = "aot/" + name + ".txt";
        try (var in =
                Objects.requireNonNull(RehearseCommand.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
