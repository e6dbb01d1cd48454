package dev.tenon.cli.conformance;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/// The cases that no implementation can pass, each with its reason: lines of a name, a blank and
/// the reason; empty lines and lines that start with `#` say nothing.
public final class Exceptions {
    private Exceptions() {}

    /// Those of the suite that Tenon is tested with.
    public static SequencedMap<String, String> bundled() {
        try (InputStream in =
                Objects.requireNonNull(Exceptions.class.getResourceAsStream("exceptions.txt"))) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ResourceException(Problem.of("cannot read the bundled exceptions"), e);
        }
    }

    /// @throws ResourceException when the file cannot be read
    /// @throws FormatException when a line has no reason
    public static SequencedMap<String, String> read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw ResourceException.of("cannot read the exceptions", file, e);
        }
    }

    static SequencedMap<String, String> parse(String text) {
        var exceptions = new LinkedHashMap<String, String>();
        for (var line : text.lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var parts = line.split("\\s+", 2);
            if (parts.length < 2 || exceptions.put(parts[0], parts[1]) != null) {
                throw new FormatException(
                        Problem.of("malformed exception")
                                .expected("the name of a case, once, and a reason")
                                .got(line));
            }
        }
        return exceptions;
    }
}
