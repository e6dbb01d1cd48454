package dev.tenon.asm.x86;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Encodes instructions by GNU `as`, each in a slot of its own.
final class GnuAssembler {
    private static final int SLOT = 16;
    private static final int FILLER = 0xCC;

    private GnuAssembler() {}

    static boolean isPresent() {
        try {
            return run(Path.of("."), "as", "--version")
                    && run(Path.of("."), "objcopy", "--version");
        } catch (IOException e) {
            return false;
        }
    }

    /// The encodings of instructions in Intel syntax, none of which may end in the byte `CC`.
    static List<byte[]> encode(List<String> instructions, Path folder) throws IOException {
        var source = new StringBuilder(".intel_syntax noprefix\n.text\n");
        for (var instruction : instructions) {
            source.append(instruction).append("\n.balign ").append(SLOT).append(", 0xCC\n");
        }
        Files.writeString(folder.resolve("code.s"), source);
        if (!run(folder, "as", "--64", "-o", "code.o", "code.s")
                || !run(folder, "objcopy", "-O", "binary", "-j", ".text", "code.o", "code.bin")) {
            throw new IOException("as failed: " + Files.readString(folder.resolve("log")));
        }
        return slots(Files.readAllBytes(folder.resolve("code.bin")), instructions.size());
    }

    private static List<byte[]> slots(byte[] all, int count) {
        var encodings = new ArrayList<byte[]>();
        for (int i = 0; i < count; i++) {
            int end = (i + 1) * SLOT;
            while (all[end - 1] == (byte) FILLER) {
                end--;
            }
            encodings.add(Arrays.copyOfRange(all, i * SLOT, end));
        }
        return encodings;
    }

    private static boolean run(Path folder, String... command) throws IOException {
        var builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        var log = command[1].equals("--version") ? null : folder.resolve("log").toFile();
        var process =
                builder.redirectOutput(
                                log == null
                                        ? ProcessBuilder.Redirect.DISCARD
                                        : ProcessBuilder.Redirect.to(log))
                        .start();
        try {
            return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
