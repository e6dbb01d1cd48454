package dev.tenon.cli.bench;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.cli.bench.SuiteEntry.Group;
import dev.tenon.cli.bench.SuiteEntry.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The models that Tenon's speed is judged by.
public final class Suite {
    private static final List<SuiteEntry> ENTRIES =
            List.of(
                    light("bvlc_alexnet", "alexnet"),
                    light("densenet121", "densenet-121"),
                    light("inception_v1", "inception-v1"),
                    light("inception_v2", "inception-v2"),
                    light("resnet50", "resnet-50"),
                    light("shufflenet", "shufflenet"),
                    light("squeezenet", "squeezenet"),
                    light("vgg19", "vgg-19"),
                    light("zfnet512", "zfnet-512"),
                    exported("mobilenet-v2", Group.CONVOLUTIONAL),
                    exported("mobilenet-v3-large", Group.CONVOLUTIONAL),
                    exported("efficientnet-b0", Group.CONVOLUTIONAL),
                    exported("resnet-18", Group.CONVOLUTIONAL),
                    exported("convnext-tiny", Group.CONVOLUTIONAL),
                    fetched("ppocr-det", Group.CONVOLUTIONAL, "x", "1x3x640x640"),
                    fetched("ppocr-rec", Group.CONVOLUTIONAL, "x", "1x3x48x320"),
                    minilm("1x16"),
                    minilm("1x128"),
                    minilm("8x128"),
                    exported("vit-b16", Group.TRANSFORMER),
                    silero("silero-v6"),
                    fetched("wakeword-embedding", Group.SMALL, "input_1", "1x76x32x1"),
                    fetched("ppocr-cls", Group.SMALL, "x", "1x3x48x192"));

    /// Trained models that take so little time, or are so like others, that nobody judges by them.
    private static final List<SuiteEntry> OTHERS =
            List.of(
                    entry(
                            "minilm-q-1x128",
                            Group.TRANSFORMER,
                            new Locations.Fetched("minilm-q"),
                            tokens("1x128")),
                    silero("silero-v5"),
                    new SuiteEntry(
                            "silero-legacy",
                            Group.SMALL,
                            new Locations.Fetched("silero-legacy"),
                            Map.of("input", "1x512", "h", "2x1x64", "c", "2x1x64"),
                            List.of("sr=16000")),
                    fetched("wakeword-mel", Group.SMALL, "input", "1x16000"),
                    fetched("wakeword-alexa"),
                    fetched("wakeword-jarvis"),
                    fetched("wakeword-mycroft"),
                    fetched("wakeword-rhasspy"),
                    fetched("wakeword-timer"),
                    fetched("wakeword-weather"));

    private Suite() {}

    public static List<SuiteEntry> entries() {
        return ENTRIES;
    }

    /// The entries, and all other real models that are known.
    public static List<SuiteEntry> all() {
        return Stream.concat(ENTRIES.stream(), OTHERS.stream()).toList();
    }

    /// The entry of a name, or null.
    public static @Nullable SuiteEntry find(String name) {
        return ENTRIES.stream().filter(e -> e.name().equals(name)).findFirst().orElse(null);
    }

    /// Those of a list that are called so, and files; the whole list where no name is given.
    ///
    /// @throws InputException when one of the names is none of the list and no file
    public static List<SuiteEntry> named(List<SuiteEntry> entries, List<String> names) {
        return names.isEmpty() ? entries : names.stream().map(n -> named(entries, n)).toList();
    }

    private static SuiteEntry named(List<SuiteEntry> entries, String name) {
        var file = Path.of(name);
        return entries.stream()
                .filter(e -> e.name().equals(name))
                .findFirst()
                .or(
                        () ->
                                Files.isRegularFile(file)
                                        ? Optional.of(
                                                entry(
                                                        name,
                                                        Group.SMALL,
                                                        new Locations.AtPath(file),
                                                        Map.of()))
                                        : Optional.empty())
                .orElseThrow(
                        () ->
                                new InputException(
                                        Problem.of("there is no such entry of the suite, nor file")
                                                .expected(
                                                        entries.stream()
                                                                .map(SuiteEntry::name)
                                                                .toList())
                                                .got(name)));
    }

    private static SuiteEntry light(String file, String name) {
        return entry(name, Group.CONVOLUTIONAL, new Locations.Light(file), Map.of());
    }

    private static SuiteEntry exported(String name, Group group) {
        return entry(name, group, new Locations.Exported(name), Map.of());
    }

    /// A small one whose input has one shape.
    private static SuiteEntry fetched(String name) {
        return entry(name, Group.SMALL, new Locations.Fetched(name), Map.of());
    }

    private static SuiteEntry fetched(String name, Group group, String input, String shape) {
        return entry(name, group, new Locations.Fetched(name), Map.of(input, shape));
    }

    private static SuiteEntry minilm(String shape) {
        return entry(
                "minilm-" + shape,
                Group.TRANSFORMER,
                new Locations.Fetched("minilm"),
                tokens(shape));
    }

    private static Map<String, String> tokens(String shape) {
        return Map.of("input_ids", shape, "attention_mask", shape, "token_type_ids", shape);
    }

    /// One frame of 32 ms at 16 kHz.
    private static SuiteEntry silero(String name) {
        return new SuiteEntry(
                name,
                Group.SMALL,
                new Locations.Fetched(name),
                Map.of("input", "1x576", "state", "2x1x128"),
                List.of("sr=16000"));
    }

    private static SuiteEntry entry(
            String name, Group group, Location location, Map<String, String> shapes) {
        return new SuiteEntry(name, group, location, shapes, List.of());
    }
}
