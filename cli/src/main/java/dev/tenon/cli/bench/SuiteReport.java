package dev.tenon.cli.bench;

import dev.tenon.bench.Bench;
import dev.tenon.cli.bench.SuiteEntry.Group;
import dev.tenon.cli.console.Table;
import dev.tenon.data.json.Json;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the suite gave so far.
public final class SuiteReport {
    private final List<SuiteEntry> measured = new ArrayList<>();
    private final List<Bench.Result> results = new ArrayList<>();
    private final List<Json> details = new ArrayList<>();
    private final List<SuiteEntry> missing = new ArrayList<>();

    public void add(SuiteEntry entry, Bench.Result result, Json.OfObject detail) {
        measured.add(entry);
        results.add(result);
        details.add(
                Json.object()
                        .put("name", entry.name())
                        .put("group", entry.group().toString())
                        .put("result", detail)
                        .build());
    }

    /// Remembers an entry whose model is not there.
    public void addMissing(SuiteEntry entry) {
        missing.add(entry);
    }

    public List<SuiteEntry> missing() {
        return List.copyOf(missing);
    }

    /// The geometric mean of the ratios of each group that has been measured.
    Map<Group, Double> means() {
        var means = new EnumMap<Group, Double>(Group.class);
        for (var group : Group.values()) {
            double logs = 0;
            int count = 0;
            for (int i = 0; i < results.size(); i++) {
                if (measured.get(i).group() == group) {
                    logs += Math.log(results.get(i).ratio());
                    count++;
                }
            }
            if (count > 0) {
                means.put(group, Math.exp(logs / count));
            }
        }
        return means;
    }

    public Json json() {
        var geomean = Json.object();
        means().forEach((group, mean) -> geomean.put(group.toString(), mean));
        return Json.object()
                .put("entries", Json.array(details))
                .put("geomean", geomean.build())
                .put("missing", Json.strings(missing.stream().map(SuiteEntry::name).toList()))
                .build();
    }

    /// A table of an entry a row, and of a group a row.
    public String table() {
        var table =
                new Table(
                        "model",
                        "group",
                        ">tenon, ms",
                        ">peer, ms",
                        ">ratio",
                        ">fastest",
                        ">spread",
                        ">max diff",
                        ">load",
                        ">first run",
                        ">RSS",
                        ">heap a run");
        for (int i = 0; i < results.size(); i++) {
            var result = results.get(i);
            var tenon = result.tenon();
            var peer = result.peer().orElseThrow();
            table.row(
                    measured.get(i).name(),
                    measured.get(i).group(),
                    number("%.3f", tenon.timings().median() / 1e6),
                    number("%.3f", peer.timings().median() / 1e6),
                    number("%.2f", result.ratio()),
                    number("%.2f", result.ratioOfFastest()),
                    BenchReport.percent(
                            Math.max(tenon.timings().spread(), peer.timings().spread())),
                    number("%.1e", result.difference().absolute()),
                    number("%.2f", peer.start().loadNanos() / tenon.start().loadNanos()),
                    number("%.2f", peer.start().firstRunNanos() / tenon.start().firstRunNanos()),
                    number("%.2f", (double) peer.start().peakRss() / tenon.start().peakRss()),
                    number("%.0f", tenon.start().allocated()));
        }
        var text = new StringBuilder(table.toString());
        means().forEach(
                        (group, mean) ->
                                text.append('\n')
                                        .append("geometric mean of ")
                                        .append(group)
                                        .append(": ")
                                        .append(number("%.2f", mean)));
        missing.forEach(
                e ->
                        text.append('\n')
                                .append("missing: ")
                                .append(e.name())
                                .append(". ")
                                .append(e.location().advice()));
        return text.toString();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
