package dev.tenon.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `tenon` command. Its exit code is 0 when the work was done, 1 when it failed and 2 when the
/// command line could not be understood.
@Command(
        name = "tenon",
        description = "Import, optimise, compress, protect and run neural networks.",
        mixinStandardHelpOptions = true,
        version = "tenon 0.1.0-SNAPSHOT")
public final class Main implements Runnable {
    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
