package dev.tenon.cli.bench;

import dev.tenon.base.Tensor;
import dev.tenon.bench.Bench;
import dev.tenon.bench.Measurement;
import dev.tenon.bench.Start;
import dev.tenon.cli.console.Amounts;
import dev.tenon.cli.console.Table;
import dev.tenon.data.json.Json;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;

/// What was measured, for people and for programs.
public final class BenchReport {
    private BenchReport() {}

    /// Times are in milliseconds; `ratio` is the peer's median by Tenon's, `spread` the distance of
    /// the quartiles by the median.
    public static Json.OfObject json(
            String model, Map<String, Tensor> inputs, Bench.Result result) {
        var shapes = Json.object();
        inputs.forEach((name, tensor) -> shapes.put(name, tensor.type().toString()));
        var json =
                Json.object()
                        .put("model", model)
                        .put("inputs", shapes.build())
                        .put("threads", result.threads())
                        .put("isa", result.isa())
                        .put("clock", result.clock().toString().toLowerCase(Locale.ROOT));
        result.peer()
                .ifPresent(
                        peer ->
                                json.put("peer", peer.engine())
                                        .put("peer_version", peer.version())
                                        .put("ratio", result.ratio())
                                        .put("ratio_of_fastest", result.ratioOfFastest())
                                        .put("max_diff", result.difference().absolute())
                                        .put("max_diff_of_range", result.difference().ofRange()));
        put(json, "tenon", result.tenon());
        result.peer().ifPresent(peer -> put(json, "peer", peer));
        return json.build();
    }

    private static void put(Json.Builder json, String engine, Measurement measured) {
        var timings = measured.timings();
        var start = measured.start();
        json.put(engine + "_ms", timings.median() / 1e6)
                .put(engine + "_min_ms", timings.min() / 1e6)
                .put(engine + "_spread", timings.spread())
                .put(engine + "_runs", timings.runs())
                .put(engine + "_load_ms", start.loadNanos() / 1e6)
                .put(engine + "_first_run_ms", start.firstRunNanos() / 1e6)
                .put(engine + "_peak_rss", start.peakRss())
                .put(engine + "_allocated_per_run", start.allocated());
        measured.cachedStart()
                .ifPresent(
                        cached ->
                                json.put(engine + "_aot_load_ms", cached.loadNanos() / 1e6)
                                        .put(
                                                engine + "_aot_first_run_ms",
                                                cached.firstRunNanos() / 1e6)
                                        .put(engine + "_aot_peak_rss", cached.peakRss()));
    }

    /// A table of an engine a row.
    public static String table(Bench.Result result) {
        var table =
                new Table(
                        "engine",
                        ">median",
                        ">min",
                        ">spread",
                        ">runs",
                        ">load",
                        ">first run",
                        ">peak RSS",
                        ">heap a run");
        row(table, result.tenon());
        result.peer().ifPresent(peer -> row(table, peer));
        return table.toString();
    }

    private static void row(Table table, Measurement measured) {
        var timings = measured.timings();
        var start = measured.start();
        table.row(
                measured.engine() + " " + measured.version(),
                Amounts.nanos(timings.median()),
                Amounts.nanos(timings.min()),
                percent(timings.spread()),
                timings.runs(),
                Amounts.nanos(start.loadNanos()),
                Amounts.nanos(start.firstRunNanos()),
                start.peakRss() == 0 ? "?" : Amounts.bytes(start.peakRss()),
                Amounts.bytes(start.allocated()));
    }

    /// What starting takes with an AOT cache, a line an engine; empty where that was not measured.
    public static String withCache(Bench.Result result) {
        var lines = new StringJoiner("\n");
        Stream.concat(Stream.of(result.tenon()), result.peer().stream())
                .forEach(
                        measured ->
                                measured.cachedStart()
                                        .ifPresent(
                                                start ->
                                                        lines.add(
                                                                measured.engine()
                                                                        + " with an AOT cache: "
                                                                        + described(start))));
        return lines.toString();
    }

    private static String described(Start start) {
        return "load "
                + Amounts.nanos(start.loadNanos())
                + ", first run "
                + Amounts.nanos(start.firstRunNanos())
                + ", peak RSS "
                + (start.peakRss() == 0 ? "?" : Amounts.bytes(start.peakRss()));
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /// What the numbers of a result stand for, in a line.
    public static String about(Bench.Result result) {
        return result.threads()
                + (result.threads() == 1 ? " thread, " : " threads, ")
                + (result.threads() == 1
                        ? "CPU time, by turns in one process"
                        : "time on the wall, by turns in processes of their own")
                + ", "
                + result.isa();
    }
}
