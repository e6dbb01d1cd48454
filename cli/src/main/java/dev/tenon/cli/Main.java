package dev.tenon.cli;

import dev.tenon.base.Problem;
import dev.tenon.base.TenonException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `tenon` command.
///
/// Exit codes: 0, the work was done, or the answer is yes; 1, the answer is no, such as two models
/// that differ; 2, the command line or an input is wrong, or something failed.
@CommandLine.Command(
        name = "tenon",
        description = "Import, optimise, compress, protect and run neural networks.",
        mixinStandardHelpOptions = true,
        version = "tenon 0.1.0-SNAPSHOT",
        subcommands = {
            DemoCommand.class,
            FetchCommand.class,
            InspectCommand.class,
            RunCommand.class,
            ConvertCommand.class,
            OptimizeCommand.class,
            RulesCommand.class,
            VerifyCommand.class,
            BenchCommand.class,
            ProfileCommand.class,
            ConformanceCommand.class,
            CompletionCommand.class,
            RehearseCommand.class
        },
        footer = {
            "",
            "Where a MODEL is asked for, the short name of a fetched one will do.",
            "",
            "Exit codes: 0 done, or the answer is yes; 1 the answer is no; 2 wrong usage or an"
                    + " error.",
            "Environment: TENON_CACHE, the folder of fetched models; TENON_OPTS, options for the"
                    + " JVM;",
            "TENON_AOT=off, to start without an AOT cache.",
            "",
            "Start with:  tenon demo"
        })
public final class Main implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Print where in the code an error was raised.")
    private boolean stacktrace;

    private Main() {}

    public static void main(String[] args) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(commandLine().setOut(out).setErr(err).execute(args));
    }

    /// The command and its subcommands, ready to execute.
    static CommandLine commandLine() {
        var main = new Main();
        var line =
                new CommandLine(main)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler(main::report)
                        .setParameterExceptionHandler(Main::reportUsage)
                        .setUsageHelpAutoWidth(true);
        line.getSubcommands()
                .values()
                .forEach(c -> c.getCommandSpec().version(line.getCommandSpec().version()));
        return line;
    }

    private static int reportUsage(ParameterException error, String[] arguments) {
        var command = error.getCommandLine();
        var err = command.getErr();
        err.println("tenon: " + error.getMessage());
        UnmatchedArgumentException.printSuggestions(error, err);
        err.println("       Try: " + command.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return Command.ERROR;
    }

    private int report(Exception error, CommandLine command, ParseResult arguments) {
        var err = command.getErr();
        if (stacktrace) {
            error.printStackTrace(err);
        } else if (error instanceof TenonException tenon) {
            var problem = tenon.problem();
            var advice = problem.advice();
            var rest =
                    new Problem(
                            problem.what(),
                            problem.op(),
                            problem.node(),
                            problem.expected(),
                            problem.got(),
                            null);
            err.println("tenon: " + rest.message());
            if (advice != null) {
                err.println("       " + advice);
            }
        } else {
            err.println("tenon: internal error: " + error);
            err.println("       Please report it with what --stacktrace prints");
        }
        err.flush();
        return Command.ERROR;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
