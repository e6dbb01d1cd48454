package dev.tenon.asm.aarch64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.asm.aarch64.InstructionCases.Case;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Encodings against goldens that GNU `as` made: a line an instruction, an encoding a case, in
/// order.
///
/// `-Dtest.args=-Dgoldens.write=true` writes the goldens anew.
class EncodingGoldenTest {
    private static final String RESOURCE = "encodings.txt";
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void encodingsAreThoseOfTheGoldens() throws IOException {
        var goldens = goldens();
        var failures = new ArrayList<String>();
        int cases = 0;
        for (var group : InstructionCases.all()) {
            var name = group.getFirst().group();
            var expected = goldens.get(name);
            assertTrue(expected != null, () -> "no goldens for " + name);
            assertEquals(expected.length, group.size(), name);
            for (int i = 0; i < expected.length; i++) {
                var got = HEX.formatHex(group.get(i).code());
                if (!got.equals(expected[i])) {
                    failures.add(group.get(i).text() + ": " + got + " for " + expected[i]);
                }
            }
            cases += expected.length;
        }
        assertEquals("", String.join("\n", failures.subList(0, Math.min(20, failures.size()))));
        assertTrue(cases > 9000, "only " + cases + " cases");
    }

    @Test
    void goldensAreThoseOfGnuAs(@TempDir Path folder) throws IOException {
        assumeTrue(
                GnuAssembler.isPresent(),
                "GNU as for AArch64 (Debian: binutils-aarch64-linux-gnu) is not installed");
        var groups = InstructionCases.all();
        var texts = groups.stream().flatMap(List::stream).map(Case::text).toList();
        var encodings = GnuAssembler.encode(texts, folder);
        var lines = new StringBuilder();
        int at = 0;
        for (var group : groups) {
            lines.append(group.getFirst().group()).append(':');
            for (var one : group) {
                int end = at + one.code().length;
                lines.append(' ').append(HEX.formatHex(Arrays.copyOfRange(encodings, at, end)));
                at = end;
            }
            lines.append('\n');
        }
        assertEquals(encodings.length, at);
        if (Boolean.getBoolean("goldens.write")) {
            var root = Path.of(System.getProperty("tenon.root", "."));
            Files.writeString(
                    root.resolve("asm/src/test/resources/dev/tenon/asm/aarch64").resolve(RESOURCE),
                    lines);
        } else {
            assertEquals(resource(), lines.toString());
        }
    }

    private static Map<String, String[]> goldens() throws IOException {
        return resource()
                .lines()
                .map(line -> line.split(": ", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1].split(" ")));
    }

    private static String resource() throws IOException {
        try (var in = EncodingGoldenTest.class.getResourceAsStream(RESOURCE)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
