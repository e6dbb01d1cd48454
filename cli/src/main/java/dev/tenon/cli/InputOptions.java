package dev.tenon.cli;

import dev.tenon.base.Datum;
import dev.tenon.base.Floats;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.cli.model.Bindings;
import dev.tenon.cli.model.InputFiles;
import dev.tenon.cli.model.RandomValues;
import dev.tenon.data.image.ImageOptions;
import dev.tenon.data.npy.Npz;
import dev.tenon.data.text.Padding;
import dev.tenon.data.text.Tokenizer;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Specialiser;
import dev.tenon.graph.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What goes into a model: given values, and made-up ones for the rest.
final class InputOptions {
    @Option(
            names = "--in",
            paramLabel = "NAME=FILE",
            description = {
                "An input from a .npy, .npz, .pb, .json or image file, or a value as JSON.",
                "An .npz file without a name gives every input that it holds."
            })
    private List<String> given = new ArrayList<>();

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "A sentence, which --tokenizer turns into inputs; several make a batch.")
    private List<String> texts = new ArrayList<>();

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "The tokenizer.json for --text.")
    private @Nullable Path tokenizer;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of inputs that are made up (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--image-mean",
            paramLabel = "M",
            split = ",",
            arity = "1",
            description = "Taken from each channel of an image after it is scaled to 0..1.")
    private float[] imageMean = {};

    @Option(
            names = "--image-std",
            paramLabel = "S",
            split = ",",
            arity = "1",
            description = "Divides each channel.")
    private float[] imageStd = {};

    @Option(
            names = "--image-fit",
            paramLabel = "FIT",
            description =
                    "For other aspect ratios: ${COMPLETION-CANDIDATES} (default:"
                            + " ${DEFAULT-VALUE}).")
    private ImageOptions.Fit imageFit = ImageOptions.Fit.STRETCH;

    @Option(names = "--bgr", description = "Images have blue first.")
    private boolean bgr;

    /// Values for the inputs of a graph, by name.
    ///
    /// @throws InputException when a name is none of an input or a value cannot be made up
    SequencedMap<String, Datum> values(Graph graph) {
        return values(graph, List.of());
    }

    /// @param usual values as `NAME=FILE`, which given ones of the same name replace
    SequencedMap<String, Datum> values(Graph graph, List<String> usual) {
        var chosen = chosen(graph, usual);
        Bindings.checkNames(graph, chosen.keySet());
        var random = new RandomValues(seed);
        var values = new LinkedHashMap<String, Datum>();
        for (var input : bound(graph, chosen).inputs()) {
            var value = chosen.get(input.name());
            values.put(input.name(), value == null ? random.of(input) : value);
        }
        return values;
    }

    /// The graph for the types of what was given, so that extents of the other inputs may follow.
    private static Graph bound(Graph graph, Map<String, Datum> chosen) {
        if (chosen.size() == graph.inputs().size()) {
            return graph;
        }
        var types =
                graph.inputs().stream()
                        .map(
                                i ->
                                        chosen.containsKey(i.name())
                                                ? chosen.get(i.name()).type()
                                                : i.type())
                        .toList();
        return Specialiser.withInputs(graph, types);
    }

    private Map<String, Datum> chosen(Graph graph, List<String> usual) {
        var files = new InputFiles(imageOptions());
        var values = new LinkedHashMap<String, Datum>();
        for (var each : Stream.concat(usual.stream(), given.stream()).toList()) {
            int equals = each.indexOf('=');
            if (equals < 0 && each.endsWith(".npz")) {
                values.putAll(Npz.read(Path.of(each)));
                continue;
            }
            if (equals < 0 && graph.inputs().size() != 1) {
                throw new InputException(
                        Problem.of("it is not clear which input is meant")
                                .expected(
                                        "NAME=FILE with one of "
                                                + graph.inputs().stream().map(Value::name).toList())
                                .got(each));
            }
            var name = equals < 0 ? graph.inputs().getFirst().name() : each.substring(0, equals);
            Bindings.checkNames(graph, List.of(name));
            var input =
                    graph.inputs().stream()
                            .filter(i -> i.name().equals(name))
                            .findFirst()
                            .orElseThrow();
            values.put(name, files.read(each.substring(equals + 1), input.type()));
        }
        if (!texts.isEmpty()) {
            values.putAll(tokenized(graph));
        }
        return values;
    }

    private Map<String, Tensor> tokenized(Graph graph) {
        if (tokenizer == null) {
            throw new InputException(Problem.of("--text needs --tokenizer FILE"));
        }
        var loaded = Tokenizer.load(tokenizer);
        var padding =
                loaded.padding() == null
                        ? new Padding(0, 1, false, 0, 0, "[PAD]")
                        : loaded.padding();
        var batch = loaded.withPadding(padding.toLongest()).encodeBatch(texts);
        var byName =
                Map.of(
                        "input_ids",
                        batch.ids(),
                        "attention_mask",
                        batch.mask(),
                        "token_type_ids",
                        batch.typeIds());
        var inputs = new LinkedHashMap<String, Tensor>();
        for (var input : graph.inputs()) {
            var tensor = byName.get(input.name());
            if (tensor != null) {
                inputs.put(input.name(), tensor.to(input.tensorType().dtype()));
            }
        }
        if (inputs.isEmpty()) {
            throw new InputException(
                    Problem.of("the model takes no text")
                            .expected("inputs called " + byName.keySet())
                            .got(graph.inputs().stream().map(Value::name).toList()));
        }
        return inputs;
    }

    private ImageOptions imageOptions() {
        var options = ImageOptions.of(0, 0).withFit(imageFit);
        if (bgr) {
            options = options.withChannels(ImageOptions.Channels.BGR);
        }
        if (imageMean.length == 0 && imageStd.length == 0) {
            return options;
        }
        return options.withNormalization(
                imageMean.length == 0 ? Floats.of(0, 0, 0) : Floats.of(imageMean),
                imageStd.length == 0 ? Floats.of(1, 1, 1) : Floats.of(imageStd));
    }
}
