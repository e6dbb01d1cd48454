package dev.tenon.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which processor this is, as far as timings of kernels depend on it.
final class Processor {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Processor() {}

    /// The model's name in letters, digits and dashes, and the instruction set in use; the
    /// architecture alone where the model is not told.
    static String name() {
        var isa = System.getProperty("tenon.isa", "");
        return (model() + (isa.isEmpty() ? "" : "-" + isa)).replaceAll("[^A-Za-z0-9]+", "-");
    }

    private static String model() {
        if (!Files.isReadable(CPU_INFO)) {
            return System.getProperty("os.arch");
        }
        try (var lines = Files.lines(CPU_INFO, StandardCharsets.UTF_8)) {
            return lines.filter(l -> l.startsWith("model name"))
                    .map(l -> l.substring(l.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
