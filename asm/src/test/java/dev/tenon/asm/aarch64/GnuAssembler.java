package dev.tenon.asm.aarch64;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Encodes AArch64 instructions by GNU `as`, of Debian's package binutils-aarch64-linux-gnu where
/// the machine is another.
final class GnuAssembler {
    private static final String PREFIX = "aarch64-linux-gnu-";
    private static final String HEADER = ".arch armv8.6-a+fp16+dotprod+i8mm+bf16\n.text\n";

    private GnuAssembler() {}

    static boolean isPresent() {
        try {
            return run(Path.of("."), PREFIX + "as", "--version")
                    && run(Path.of("."), PREFIX + "objcopy", "--version");
        } catch (IOException e) {
            return false;
        }
    }

    /// The encodings of instructions, one after the other.
    static byte[] encode(List<String> instructions, Path folder) throws IOException {
        Files.writeString(
                folder.resolve("code.s"), HEADER + String.join("\n", instructions) + "\n");
        if (!run(folder, PREFIX + "as", "-o", "code.o", "code.s")
                || !run(
                        folder,
                        PREFIX + "objcopy",
                        "-O",
                        "binary",
                        "-j",
                        ".text",
                        "code.o",
                        "code.bin")) {
            throw new IOException("as failed: " + Files.readString(folder.resolve("log")));
        }
        return Files.readAllBytes(folder.resolve("code.bin"));
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
