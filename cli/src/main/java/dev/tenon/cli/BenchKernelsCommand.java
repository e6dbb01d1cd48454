package dev.tenon.cli;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.bench.Peaks;
import dev.tenon.bench.kernels.KernelBench;
import dev.tenon.bench.kernels.KernelCase;
import dev.tenon.bench.kernels.KernelCases;
import dev.tenon.cli.bench.KernelReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

@CommandLine.Command(
        name = "kernels",
        description = "Measure all kernels against what a core can do.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The peak is the core's own, measured first: multiplications with additions for"
                    + " products, a copy",
            "of as many bytes for what goes over memory once. The kernel that is picked comes"
                    + " first.",
            "",
            "Examples:",
            "  tenon bench kernels --filter 'gemm.*'",
            "  tenon bench kernels --assert"
        })
final class BenchKernelsCommand extends Command {
    @Option(
            names = "--filter",
            paramLabel = "REGEX",
            description = "Only cases whose whole name matches.")
    private @Nullable Pattern filter;

    @Option(
            names = "--assert",
            description = "Exit with 1 when a kernel is faster than the one that is picked.")
    private boolean asserting;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long to run each kernel (default: ${DEFAULT-VALUE}).")
    private double seconds = 0.2;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        var cases =
                KernelCases.all().stream()
                        .filter(c -> filter == null || filter.matcher(c.name()).matches())
                        .toList();
        if (cases.isEmpty()) {
            throw new InputException(
                    Problem.of("no case has a name that matches")
                            .expected(KernelCases.all().stream().map(KernelCase::name).toList())
                            .got(String.valueOf(filter)));
        }
        var bench = new KernelBench(Peaks.measure(), Duration.ofNanos((long) (seconds * 1e9)));
        var results = new ArrayList<KernelBench.Result>();
        try (var progress =
                console().progress("measuring " + cases.size() + " cases", cases.size())) {
            for (var each : cases) {
                results.add(bench.run(each));
                progress.advance(1);
            }
        }
        var report = new KernelReport(bench.peaks(), results);
        if (json) {
            printJson(report.json());
        } else {
            console().line(report.table());
        }
        return asserting && !report.wrong().isEmpty() ? NO : OK;
    }
}
