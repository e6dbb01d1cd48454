package dev.tenon.asm.exec;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/// Tells the Linux profiler `perf` the names of emitted routines, when `-Dtenon.perfmap=true`.
///
/// The file is the one that `perf report` looks for, with a line `ADDRESS SIZE NAME` a routine.
final class PerfMap {
    private static final boolean WANTED = Boolean.getBoolean("tenon.perfmap");

    private PerfMap() {}

    static Path file() {
        return Path.of("/", "tmp", "perf-" + ProcessHandle.current().pid() + ".map");
    }

    /// @throws ResourceException when the file cannot be written
    static synchronized void add(long address, int bytes, String name) {
        if (!WANTED) {
            return;
        }
        try {
            Files.writeString(
                    file(),
                    String.format(Locale.ROOT, "%x %x %s%n", address, bytes, name),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new ResourceException(Problem.of("the map for perf cannot be written"), e);
        }
    }
}
