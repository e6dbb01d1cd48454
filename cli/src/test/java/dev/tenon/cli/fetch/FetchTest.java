package dev.tenon.cli.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.ResourceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchTest {
    /// The SHA-256 of `abc`, from FIPS 180-2.
    private static final String ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir Path folder;

    private static ModelEntry entry(String sha256) {
        var file = new ModelEntry.File("models/abc.onnx", "abc.onnx", 3, sha256);
        return new ModelEntry("abc", "letters", new Source.Npm("abc@1.0.0"), List.of(file));
    }

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void onlyTheRightContentIsKept() throws IOException {
        var cache = new ModelCache(folder);
        var entry = entry(ABC);
        assertFalse(cache.has(entry));
        var error =
                assertThrows(
                        ResourceException.class,
                        () -> cache.store(entry, entry.model(), bytes("abd")));
        assertTrue(error.getMessage().contains(ABC), error.getMessage());
        assertFalse(cache.has(entry));
        assertEquals(0, folder.resolve("abc").toFile().list().length);
        cache.store(entry, entry.model(), bytes("abc"));
        assertTrue(cache.verify(entry));
        Files.writeString(cache.path(entry, entry.model()), "abd");
        assertTrue(cache.has(entry));
        assertFalse(cache.verify(entry));
    }

    @Test
    void tarMembersAreFound() throws IOException {
        var archive = new ByteArrayOutputStream();
        member(archive, "package/a.txt", "x".repeat(700));
        member(archive, "package/empty", "");
        member(archive, "package/models/abc.onnx", "abc");
        archive.write(new byte[1024]);
        try (var tar = new TarReader(new ByteArrayInputStream(archive.toByteArray()))) {
            assertTrue(tar.next());
            assertTrue(tar.next());
            assertEquals("package/empty", tar.name());
            assertTrue(tar.next());
            assertEquals("package/models/abc.onnx", tar.name());
            assertArrayEquals("abc".getBytes(StandardCharsets.UTF_8), tar.content().readAllBytes());
            assertFalse(tar.next());
        }
        try (var cut = new TarReader(new ByteArrayInputStream(archive.toByteArray(), 0, 600))) {
            assertTrue(cut.next());
            assertThrows(IOException.class, () -> cut.content().readAllBytes());
        }
    }

    private static void member(ByteArrayOutputStream archive, String name, String content) {
        var header = new byte[512];
        put(header, 0, name);
        put(header, 124, String.format("%011o", content.length()));
        header[156] = '0';
        put(header, 257, "ustar");
        archive.writeBytes(header);
        archive.writeBytes(content.getBytes(StandardCharsets.UTF_8));
        archive.writeBytes(new byte[(512 - content.length() % 512) % 512]);
    }

    private static void put(byte[] header, int at, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    @Test
    void theTableIsSound() {
        var names = new HashSet<String>();
        for (var entry : ModelTable.entries()) {
            assertTrue(names.add(entry.name()), entry.name());
            assertEquals(entry, ModelTable.find(entry.name()));
            assertTrue(entry.model().name().endsWith(".onnx"));
            for (var file : entry.files()) {
                assertTrue(file.sha256().matches("[0-9a-f]{64}"), file.sha256());
                assertTrue(file.bytes() > 0);
            }
        }
    }
}
