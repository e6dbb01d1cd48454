package dev.tenon.cli;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.cli.conformance.ConformanceCase;
import dev.tenon.cli.conformance.ConformanceReport;
import dev.tenon.cli.conformance.ConformanceRunner;
import dev.tenon.cli.conformance.Exceptions;
import dev.tenon.cli.conformance.Tolerance;
import dev.tenon.cli.engine.Engine;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "conformance",
        description = "Run an ONNX backend test suite and say what passes.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Cases are folders test_*/model.onnx with test_data_set_*/{input,output}_*.pb, and",
            "light_*.onnx. The tolerances are those of ONNX's own runner. Exit code 1 when one"
                    + " fails.",
            "",
            "Examples:",
            "  tenon conformance /usr/share/libonnx-testdata/data",
            "  tenon conformance suite --filter 'test_conv.*' --json"
        })
final class ConformanceCommand extends Command {
    @Parameters(paramLabel = "DIR", description = "The folder of the suite.")
    private Path folder = Path.of("");

    @Option(
            names = "--filter",
            paramLabel = "REGEX",
            description = "Only cases whose whole name matches.")
    private @Nullable Pattern filter;

    @Option(
            names = "--exceptions",
            paramLabel = "FILE",
            description = {
                "Cases to leave out, a line each: the name, a blank, the reason",
                "(default: the few that the ONNX suite has and nobody can pass)."
            })
    private @Nullable Path exceptions;

    @Option(
            names = "--reference",
            description = "Run the reference implementations of the operators: slow.")
    private boolean reference;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Cases at a time (default: ${DEFAULT-VALUE}).")
    private int jobs = 1;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        var cases =
                ConformanceCase.find(folder).stream()
                        .filter(c -> filter == null || filter.matcher(c.name()).matches())
                        .toList();
        if (cases.isEmpty()) {
            throw new InputException(
                    Problem.of("no case of a conformance suite was found")
                            .node(folder.toString())
                            .expected(
                                    "test_*/model.onnx or light_*.onnx, at most three folders"
                                            + " deep"));
        }
        var reasons = exceptions == null ? Exceptions.bundled() : Exceptions.read(exceptions);
        var runner =
                new ConformanceRunner(
                        reference ? Engine.REFERENCE : Engine.MODEL,
                        Tolerance.ONNX,
                        reasons,
                        Math.max(1, jobs));
        ConformanceReport report;
        try (var progress =
                console().progress("running " + cases.size() + " cases", cases.size())) {
            report = runner.run(cases, (_, _) -> progress.advance(1));
        }
        if (json) {
            printJson(report.toJson());
        } else {
            print(report);
        }
        return report.failed().isEmpty() ? OK : NO;
    }

    private void print(ConformanceReport report) {
        report.failed().forEach(f -> console().line("FAILED   " + f.name() + ": " + f.reason()));
        report.skipped().forEach(s -> console().line("skipped  " + s.name() + ": " + s.reason()));
        console()
                .line(
                        report.cases()
                                + " cases: "
                                + report.passed()
                                + " passed, "
                                + report.failed().size()
                                + " failed, "
                                + report.skipped().size()
                                + " skipped");
    }
}
