package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimingsTest {
    @TempDir Path folder;

    private static double unexpected() {
        throw new AssertionError("what is known is not timed");
    }

    @Test
    void whatWasTimedIsKept() throws IOException {
        var file = folder.resolve("deep/timings.txt");
        var timings = Timings.in(file);
        assertEquals(12, timings.of("a conv", () -> 12.3));
        assertEquals(12, timings.of("a conv", TimingsTest::unexpected));
        assertEquals(1, timings.of("nothing", () -> 0));
        assertEquals("12 a conv\n1 nothing\n", Files.readString(file));
        assertEquals(12, Timings.in(file).of("a conv", TimingsTest::unexpected));
    }

    /// A line that was cut off, numbers that are none, and another kind of file.
    @Test
    void whatIsNoTimingIsWrittenOver() throws IOException {
        var file = folder.resolve("timings.txt");
        for (var damage :
                new String[] {"7", "7 x", "NaN x\n", "-3 x\n", "\n", "\0\uffff", "1e9 x\n"}) {
            Files.writeString(file, "12 a conv\n" + damage);
            var timings = Timings.in(file);
            assertEquals("12 a conv\n", Files.readString(file), damage);
            assertEquals(12, timings.of("a conv", TimingsTest::unexpected));
            assertEquals(5, timings.of("x", () -> 5));
            assertEquals("12 a conv\n5 x\n", Files.readString(file), damage);
        }
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 10, (byte) 0x80});
        assertEquals(5, Timings.in(file).of("x", () -> 5));
        assertEquals("5 x\n", Files.readString(file));
    }

    @Test
    void theLaterOfTwoLinesCounts() throws IOException {
        var file = folder.resolve("timings.txt");
        Files.writeString(file, "12 a conv\n13 a conv\n");
        assertEquals(13, Timings.in(file).of("a conv", TimingsTest::unexpected));
    }

    @Test
    void manyMayWriteAtTheSameTime() throws IOException {
        var file = folder.resolve("timings.txt");
        int keys = 40;
        IntStream.range(0, 4)
                .parallel()
                .forEach(
                        writer ->
                                IntStream.range(0, keys)
                                        .forEach(
                                                i ->
                                                        Timings.in(file)
                                                                .of(writer + " " + i, () -> 100)));
        var lines = Files.readAllLines(file);
        assertEquals(4 * keys, lines.size());
        assertEquals(4 * keys, new HashSet<>(lines).size());
    }

    @Test
    void whatCannotBeKeptIsTimedAllTheSame() throws IOException {
        var file = folder.resolve("timings.txt");
        Files.createDirectory(file);
        var timings = Timings.in(file);
        assertEquals(3, timings.of("x", () -> 3));
        assertEquals(3, timings.of("x", TimingsTest::unexpected));
        assertTrue(Files.isDirectory(file));
    }
}
