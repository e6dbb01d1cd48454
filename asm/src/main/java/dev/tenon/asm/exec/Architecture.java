package dev.tenon.asm.exec;

import java.util.Optional;

/// Architectures that code is emitted for.
enum Architecture {
    X86_64,
    AARCH64;

    /// That of this process.
    static Optional<Architecture> here() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }
}
