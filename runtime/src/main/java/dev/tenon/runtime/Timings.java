package dev.tenon.runtime;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Timings by key, kept in a file: a line `NANOSECONDS KEY` each, whole numbers above 0.
///
/// Threads and processes may read and add to one file at the same time: they lock it. Of two lines
/// with one key, the later counts. Lines that are none, such as one that was cut off, are reported
/// and the file is written again without them; a file that cannot be read or written is reported,
/// and the timings are taken for this process alone.
final class Timings {
    /// Raised when kernels become so much faster or slower that old timings mislead.
    private static final int VERSION = 2;

    private static final System.Logger LOGGER = System.getLogger("dev.tenon.runtime");
    private static final Pattern LINE = Pattern.compile("([1-9][0-9]{0,17}) (.+)");

    /// Held while a file is locked: the lock of a file is that of the whole process.
    private static final Object PROCESS = new Object();

    private final Path file;
    private final Map<String, Double> known = new ConcurrentHashMap<>();

    private Timings(Path file) {
        this.file = file;
    }

    /// The timings in a file, which is made when there is something to keep.
    static Timings in(Path file) {
        var timings = new Timings(file);
        if (Files.exists(file)) {
            timings.locked("read", timings::readAll);
        }
        return timings;
    }

    /// Those of this processor, in the folder `timings` of the cache: `TENON_CACHE`, else
    /// `~/.cache/tenon`.
    static Timings ofThisMachine() {
        var configured = System.getenv("TENON_CACHE");
        var cache =
                configured == null || configured.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache", "tenon")
                        : Path.of(configured);
        return in(cache.resolve("timings").resolve(Processor.name() + "-v" + VERSION + ".txt"));
    }

    /// The timing of a key in nanoseconds; taken and kept when it is not known yet.
    double of(String key, Timer timer) {
        var old = known.get(key);
        if (old != null) {
            return old;
        }
        double time = Math.max(1, Math.rint(timer.nanos()));
        known.put(key, time);
        locked("written", channel -> append(channel, line(time, key)));
        return time;
    }

    /// Takes a time.
    @FunctionalInterface
    interface Timer {
        double nanos();
    }

    /// Does something to the open and locked file.
    @FunctionalInterface
    private interface Access {
        void to(FileChannel channel) throws IOException;
    }

    private void locked(String what, Access access) {
        synchronized (PROCESS) {
            try {
                Files.createDirectories(file.getParent());
                try (var channel =
                                FileChannel.open(
                                        file,
                                        StandardOpenOption.CREATE,
                                        StandardOpenOption.READ,
                                        StandardOpenOption.WRITE);
                        var _ = channel.lock()) {
                    access.to(channel);
                }
            } catch (IOException e) {
                LOGGER.log(
                        Level.WARNING,
                        () -> "Timings of kernels cannot be " + what + ": " + file,
                        e);
            }
        }
    }

    private void readAll(FileChannel channel) throws IOException {
        var bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
            // Until all is there.
        }
        var text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        int whole = text.lastIndexOf('\n') + 1;
        boolean good = whole == text.length();
        for (var line : text.substring(0, whole).lines().toList()) {
            good &= read(line);
        }
        if (!good) {
            LOGGER.log(Level.WARNING, () -> "Lines that are no timings are dropped from " + file);
            channel.truncate(0);
            var lines = new StringBuilder();
            known.forEach((key, time) -> lines.append(line(time, key)));
            append(channel, lines.toString());
        }
    }

    private boolean read(String line) {
        var match = LINE.matcher(line);
        if (match.matches()) {
            known.put(match.group(2), Double.valueOf(match.group(1)));
        }
        return match.matches();
    }

    private static String line(double time, String key) {
        return (long) time + " " + key + "\n";
    }

    private static void append(FileChannel channel, String lines) throws IOException {
        channel.position(channel.size());
        var bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
