package dev.tenon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir Path folder;

    @Test
    void everyCommandHasHelpWithExamples() {
        for (var name : Main.commandLine().getSubcommands().keySet()) {
            var help = Cli.run(name, "--help");
            assertEquals(0, help.code(), name);
            assertTrue(help.out().contains("Examples:\n  "), help.out());
            assertTrue(help.out().contains("tenon " + name), help.out());
            assertTrue(
                    Main.commandLine()
                                    .getSubcommands()
                                    .get(name)
                                    .getCommandSpec()
                                    .usageMessage()
                                    .description()
                                    .length
                            > 0);
        }
    }

    @Test
    void whatTheLauncherRecordsSucceedsAndPrintsNothing() {
        var rehearsal = Cli.run("rehearse");
        assertEquals(new Cli(0, "", ""), rehearsal);
        assertFalse(Cli.run("--help").out().contains("rehearse"));
    }

    @Test
    void withoutACommandTheUsageIsPrinted() {
        var usage = Cli.run();
        assertEquals(0, usage.code());
        assertTrue(usage.out().contains("conformance"));
        assertTrue(Cli.run("--version").out().startsWith("tenon "));
        assertTrue(Cli.run("run", "--version").out().startsWith("tenon "));
    }

    @Test
    void wrongUsageIsExplainedInAFewLines() {
        var wrong = Cli.run("inspect", "model.onnx", "--jsno");
        assertEquals(2, wrong.code());
        assertEquals("", wrong.out());
        assertTrue(wrong.err().startsWith("tenon: Unknown option: '--jsno'"), wrong.err());
        assertTrue(wrong.err().contains("--json"), wrong.err());
        assertTrue(wrong.err().lines().count() <= 3, wrong.err());
        assertEquals(2, Cli.run("frobnicate").code());
        assertEquals(2, Cli.run("inspect").code());
        assertEquals(2, Cli.run("fetch").code());
        assertEquals(2, Cli.run("fetch", "no-such-model").code());
    }

    @Test
    void errorsAreShortUnlessTheStackTraceIsAskedFor() throws IOException {
        var missing = Cli.run("inspect", folder.resolve("missing.onnx"));
        assertEquals(2, missing.code());
        assertTrue(missing.err().startsWith("tenon: '"), missing.err());
        assertEquals(1, missing.err().lines().count(), missing.err());
        var malformed = Files.write(folder.resolve("bad.onnx"), new byte[] {1, 2, 3, 4});
        var error = Cli.run("inspect", malformed);
        assertEquals(2, error.code());
        assertTrue(error.err().lines().count() <= 2, error.err());
        assertFalse(error.err().contains("\tat "));
        assertTrue(Cli.run("inspect", malformed, "--stacktrace").err().contains("\tat dev.tenon"));
        assertTrue(Cli.run("--stacktrace", "inspect", malformed).err().contains("\tat dev.tenon"));
    }

    @Test
    void completionIsAScript() {
        var script = Cli.run("completion");
        assertEquals(0, script.code());
        assertTrue(script.out().startsWith("#!/usr/bin/env bash"), script.out().substring(0, 40));
        assertTrue(script.out().contains("conformance"));
    }
}
