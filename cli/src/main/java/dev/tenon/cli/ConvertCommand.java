package dev.tenon.cli;

import dev.tenon.cli.model.Models;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "convert",
        description = "Read a model and write it again, in the newest operator set or as text.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The form of OUT follows from its name: .onnx, or .txt for a text to read.",
            "",
            "Examples:",
            "  tenon convert model.onnx upgraded.onnx",
            "  tenon convert minilm minilm.txt --symbol batch=1"
        })
final class ConvertCommand extends Command {
    @Parameters(
            index = "0",
            paramLabel = "IN",
            description = "A file, or the short name of a fetched model.")
    private String input = "";

    @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
    private Path output = Path.of("");

    @Mixin private ShapeOptions shapes = new ShapeOptions();

    @Override
    public Integer call() {
        try (var _ = console().progress("converting " + input, 0)) {
            Models.write(shapes.apply(Models.read(input)), output);
        }
        return OK;
    }
}
