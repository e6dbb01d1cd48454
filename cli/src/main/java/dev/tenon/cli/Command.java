package dev.tenon.cli;

import dev.tenon.cli.console.Console;
import dev.tenon.data.json.Json;
import dev.tenon.data.json.JsonWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// What every command has.
abstract class Command implements Callable<Integer> {
    /// The work was done, or the answer is yes.
    static final int OK = 0;

    /// The answer is no.
    static final int NO = 1;

    /// The command line or an input is wrong, or something failed.
    static final int ERROR = 2;

    @Spec private @Nullable CommandSpec spec;

    CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("the command was not made by picocli");
        }
        return spec;
    }

    Console console() {
        var line = spec().commandLine();
        return new Console(line.getOut(), line.getErr(), Console.isTerminal());
    }

    void printJson(Json json) {
        console().line(JsonWriter.pretty(json));
    }
}
