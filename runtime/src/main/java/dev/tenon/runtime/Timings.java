package dev.tenon.runtime;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/// Timings by key, kept in a file: a line `NANOSECONDS KEY` each.
///
/// Processes may add to one file at the same time; of two lines with one key, the later counts.
final class Timings {
    private final Path file;
    private final Map<String, Double> known = new ConcurrentHashMap<>();

    private Timings(Path file) {
        this.file = file;
    }

    /// The timings in a file, which is made when there is something to keep.
    ///
    /// @throws ResourceException when it cannot be read; lines that are none are skipped
    static Timings in(Path file) {
        var timings = new Timings(file);
        if (Files.exists(file)) {
            try {
                Files.readAllLines(file, StandardCharsets.UTF_8).forEach(timings::read);
            } catch (IOException e) {
                throw failed(file, e);
            }
        }
        return timings;
    }

    /// Those of this processor, under the user's cache directory.
    static Timings ofThisMachine() {
        return in(
                Path.of(System.getProperty("user.home"), ".cache", "tenon", "timings")
                        .resolve(Processor.name() + ".txt"));
    }

    private void read(String line) {
        int space = line.indexOf(' ');
        if (space > 0) {
            try {
                known.put(line.substring(space + 1), Double.valueOf(line.substring(0, space)));
            } catch (NumberFormatException _) {
                return; // a line that was cut off
            }
        }
    }

    /// The timing of a key; taken and kept when it is not known yet.
    double of(String key, ToDoubleFunction<String> timer) {
        var old = known.get(key);
        if (old != null) {
            return old;
        }
        double time = timer.applyAsDouble(key);
        known.put(key, time);
        append(time, key);
        return time;
    }

    private void append(double time, String key) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    Math.round(time) + " " + key + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static ResourceException failed(Path file, IOException e) {
        return new ResourceException(
                Problem.of("the timings of kernels cannot be kept in " + file)
                        .advice("Make the file writable, or choose layouts by the model"),
                e);
    }
}
