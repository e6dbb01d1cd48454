import org.jspecify.annotations.NullMarked;

/// Machine code from Java: assemblers for x86-64 and AArch64, and memory that the processor may
/// execute.
@NullMarked
module dev.tenon.asm {
    requires transitive dev.tenon.base;
    requires static org.jspecify;

    exports dev.tenon.asm;
    exports dev.tenon.asm.aarch64;
    exports dev.tenon.asm.exec;
    exports dev.tenon.asm.x86;
}
