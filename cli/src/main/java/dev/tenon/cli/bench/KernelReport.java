package dev.tenon.cli.bench;

import dev.tenon.bench.Peaks;
import dev.tenon.bench.kernels.KernelBench.Result;
import dev.tenon.cli.console.Amounts;
import dev.tenon.cli.console.Table;
import dev.tenon.data.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What kernels took, for people and for programs.
public record KernelReport(Peaks peaks, List<Result> results) {
    public KernelReport {
        results = List.copyOf(results);
    }

    /// The cases in which a kernel is faster than the one that is picked.
    public List<Result> wrong() {
        return results.stream().filter(r -> !r.isRight()).toList();
    }

    /// A row a kernel; the one that is picked is on the row of its case.
    public String table() {
        var table = new Table("case", "kernel", ">min", ">median", ">GFLOP/s", ">GB/s", ">of peak");
        for (var result : results) {
            var name = result.of().name();
            for (var line : result.lines()) {
                double seconds = line.timings().min() / 1e9;
                table.row(
                        name,
                        line.kernel(),
                        Amounts.nanos(line.timings().min()),
                        Amounts.nanos(line.timings().median()),
                        number(result.of().flops() / seconds / 1e9),
                        number(result.of().bytes() / seconds / 1e9),
                        BenchReport.percent(line.ofPeak()) + " of " + bound(result));
                name = "";
            }
        }
        var text = new StringBuilder(table.toString());
        text.append("\n\none core: ")
                .append(number(peaks.flops() / 1e9))
                .append(" GFLOP/s, copies ")
                .append(number(peaks.bytes() / 1e9))
                .append(" GB/s read and written");
        for (var result : wrong()) {
            text.append('\n')
                    .append(result.of().name())
                    .append(": ")
                    .append(result.lines().getFirst().kernel())
                    .append(" is picked, but ")
                    .append(result.fastest().kernel())
                    .append(" is faster");
        }
        return text.toString();
    }

    /// Times are in milliseconds, peaks in operations and bytes a second.
    public Json json() {
        var cases = new ArrayList<Json>();
        for (var result : results) {
            var kernels = new ArrayList<Json>();
            for (var line : result.lines()) {
                kernels.add(
                        Json.object()
                                .put("kernel", line.kernel())
                                .put("ms", line.timings().median() / 1e6)
                                .put("min_ms", line.timings().min() / 1e6)
                                .put("of_peak", line.ofPeak())
                                .build());
            }
            cases.add(
                    Json.object()
                            .put("case", result.of().name())
                            .put("family", result.of().family().name())
                            .put("bound", bound(result))
                            .put("flops", result.of().flops())
                            .put("bytes", result.of().bytes())
                            .put("right", result.isRight())
                            .put("kernels", Json.array(kernels))
                            .build());
        }
        return Json.object()
                .put("peak_flops", peaks.flops())
                .put("peak_bytes", peaks.bytes())
                .put("cases", Json.array(cases))
                .build();
    }

    private static String bound(Result result) {
        return result.bound().name().toLowerCase(Locale.ROOT);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
