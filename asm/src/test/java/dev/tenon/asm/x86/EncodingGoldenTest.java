package dev.tenon.asm.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.asm.x86.InstructionCases.Case;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
        assertTrue(cases > 5000, "only " + cases + " cases");
    }

    @Test
    void goldensAreThoseOfGnuAs(@TempDir Path folder) throws IOException {
        assumeTrue(GnuAssembler.isPresent(), "GNU as and objcopy are not installed");
        var groups = InstructionCases.all();
        var texts = groups.stream().flatMap(List::stream).map(Case::text).toList();
        var encodings = GnuAssembler.encode(texts, folder);
        var lines = new StringBuilder();
        int at = 0;
        for (var group : groups) {
            lines.append(group.getFirst().group()).append(':');
            for (int i = 0; i < group.size(); i++) {
                lines.append(' ').append(HEX.formatHex(encodings.get(at++)));
            }
            lines.append('\n');
        }
        if (Boolean.getBoolean("goldens.write")) {
            var root = Path.of(System.getProperty("tenon.root", "."));
            Files.writeString(
                    root.resolve("asm/src/test/resources/dev/tenon/asm/x86").resolve(RESOURCE),
                    lines);
        } else {
            assertEquals(resource(), lines.toString());
        }
    }

    private static java.util.Map<String, String[]> goldens() throws IOException {
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
