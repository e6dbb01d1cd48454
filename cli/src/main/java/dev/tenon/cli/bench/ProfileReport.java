package dev.tenon.cli.bench;

import dev.tenon.bench.Peaks;
import dev.tenon.bench.Profile;
import dev.tenon.bench.Profile.Entry;
import dev.tenon.cli.console.Amounts;
import dev.tenon.cli.console.Table;
import dev.tenon.data.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// A profile for people and for programs.
///
/// @param threads of the run; 0 for all processors
public record ProfileReport(String model, int threads, String isa, Profile profile, Peaks peaks) {
    private static final int NAME_WIDTH = 44;

    /// The steps that take longest, and what they come to by kernel.
    ///
    /// @param top how many steps to list
    public String table(int top) {
        var text = new StringBuilder(summary()).append("\n\n");
        var steps =
                new Table(
                        ">time",
                        ">share",
                        ">GFLOP/s",
                        ">of peak",
                        ">GB/s",
                        ">bytes",
                        "operator",
                        "kernel",
                        "node");
        byTime().stream().limit(top).forEach(entry -> row(steps, entry));
        text.append(steps).append("\n\n");
        var kernels = new Table(">time", ">share", ">steps", "kernel");
        for (var kernel : byKernel()) {
            kernels.row(
                    Amounts.nanos(kernel.nanos),
                    BenchReport.percent(kernel.nanos / total()),
                    kernel.steps,
                    kernel.name);
        }
        text.append(kernels);
        refusals(text, top);
        return text.toString();
    }

    private void row(Table table, Entry entry) {
        table.row(
                Amounts.nanos(entry.nanos()),
                BenchReport.percent(entry.nanos() / total()),
                entry.flops() == 0 ? "" : number("%.1f", entry.speed() / 1e9),
                entry.flops() == 0 || Double.isNaN(peaks.flops())
                        ? ""
                        : BenchReport.percent(entry.speed() / peaks.flops()),
                number("%.1f", entry.traffic() / 1e9),
                Amounts.bytes(entry.bytes()),
                entry.step().op() + (entry.calls() > 1 ? " ×" + entry.calls() : ""),
                entry.step().kernel(),
                shortened(entry.step().node()));
    }

    /// Why kernels that would have been preferred refused, for the steps that take longest.
    private void refusals(StringBuilder text, int top) {
        var heading = "\n\nrefusals:";
        for (var entry : byTime().stream().limit(top).toList()) {
            for (var refusal : entry.step().refusals()) {
                text.append(heading)
                        .append("\n  ")
                        .append(entry.step().op())
                        .append(' ')
                        .append(shortened(entry.step().node()))
                        .append(": ")
                        .append(refusal);
                heading = "";
            }
        }
    }

    /// The run in a line.
    public String summary() {
        double speed = flops() / (profile.nanos() / 1e9);
        var text =
                new StringBuilder(model)
                        .append(": ")
                        .append(Amounts.nanos(profile.nanos()))
                        .append(" a run, ")
                        .append(Amounts.flops(flops()))
                        .append(", ")
                        .append(number("%.1f GFLOP/s", speed / 1e9));
        if (!Double.isNaN(peaks.flops())) {
            text.append(", ")
                    .append(BenchReport.percent(speed / peaks.flops()))
                    .append(" of a core's ")
                    .append(number("%.1f", peaks.flops() / 1e9));
        }
        return text.append("; ")
                .append(profile.runs())
                .append(" runs, ")
                .append(threads == 0 ? "all" : threads)
                .append(threads == 1 ? " thread, " : " threads, ")
                .append(isa)
                .toString();
    }

    /// The steps, those that take longest first.
    List<Entry> byTime() {
        return profile.steps().stream()
                .sorted(Comparator.comparingDouble(Entry::nanos).reversed())
                .toList();
    }

    /// All steps of a kernel.
    private record Kernel(String name, double nanos, int steps) {
        Kernel plus(Kernel other) {
            return new Kernel(name, nanos + other.nanos, steps + other.steps);
        }
    }

    private List<Kernel> byKernel() {
        var kernels = new LinkedHashMap<String, Kernel>();
        for (var entry : profile.steps()) {
            var name = entry.step().kernel();
            if (entry.step().isReference()) {
                name += " " + entry.step().op();
            }
            kernels.merge(name, new Kernel(name, entry.nanos(), 1), Kernel::plus);
        }
        return kernels.values().stream()
                .sorted(Comparator.comparingDouble(Kernel::nanos).reversed())
                .toList();
    }

    /// The steps' time together.
    private double total() {
        return profile.steps().stream().mapToDouble(Entry::nanos).sum();
    }

    private double flops() {
        return profile.steps().stream().mapToDouble(Entry::flops).sum();
    }

    /// Times are in milliseconds, speeds in operations and bytes a second.
    public Json.OfObject json() {
        var json =
                Json.object()
                        .put("model", model)
                        .put("threads", threads)
                        .put("isa", isa)
                        .put("runs", profile.runs())
                        .put("ms", profile.nanos() / 1e6)
                        .put("flops", flops())
                        .put("peak_flops", peaks.flops())
                        .put("peak_bytes", peaks.bytes());
        var steps = new ArrayList<Json>();
        for (var entry : profile.steps()) {
            var step = entry.step();
            steps.add(
                    Json.object()
                            .put("graph", step.graph())
                            .put("op", step.op())
                            .put("node", step.node())
                            .put("kernel", step.kernel())
                            .put(
                                    "refusals",
                                    Json.strings(
                                            step.refusals().stream()
                                                    .map(Object::toString)
                                                    .toList()))
                            .put("ms", entry.nanos() / 1e6)
                            .put("calls", entry.calls())
                            .put("flops", entry.flops())
                            .put("bytes", entry.bytes())
                            .build());
        }
        return json.put("steps", Json.array(steps)).build();
    }

    /// The fastest run in the trace event format of Chrome, times in microseconds.
    public Json trace() {
        var events = new ArrayList<Json>();
        for (var span : profile.fastest()) {
            var step = span.step();
            events.add(
                    Json.object()
                            .put("name", step.op())
                            .put("cat", step.kernel())
                            .put("ph", "X")
                            .put("pid", 1)
                            .put("tid", 1)
                            .put("ts", span.start() / 1e3)
                            .put("dur", span.nanos() / 1e3)
                            .put(
                                    "args",
                                    Json.object()
                                            .put("node", step.node())
                                            .put("kernel", step.kernel())
                                            .put("flops", step.flops())
                                            .put("bytes", span.bytes())
                                            .build())
                            .build());
        }
        return Json.object()
                .put("traceEvents", Json.array(events))
                .put("displayTimeUnit", "ns")
                .build();
    }

    private static String shortened(String name) {
        return name.length() <= NAME_WIDTH
                ? name
                : "…" + name.substring(name.length() - NAME_WIDTH + 1);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
