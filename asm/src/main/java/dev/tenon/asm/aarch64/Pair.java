package dev.tenon.asm.aarch64;

import dev.tenon.asm.CodeBuffer;
import dev.tenon.asm.EncodingException;
import dev.tenon.base.Problem;

/// Loads and stores of two registers, of 32 bits at least, that lie side by side. Offsets are -64 …
/// 63 times a register.
public enum Pair {
    LDP(true, true),
    STP(false, true),
    /// Of memory that is not needed again soon; like `STNP`, only with a plain offset.
    LDNP(true, false),
    STNP(false, false);

    private static final int WORD = 0x28000000;
    private static final int OFFSET = 2 << 23;
    private static final int BEFORE = 3 << 23;
    private static final int AFTER = 1 << 23;

    private final boolean loads;
    private final boolean cached;

    Pair(boolean loads, boolean cached) {
        this.loads = loads;
        this.cached = cached;
    }

    int word(Operand first, Operand second, Address address) {
        return WORD
                | (loads ? 1 << 22 : 0)
                | switch (first) {
                    case Gpr a when second instanceof Gpr b && a.width() == b.width() -> {
                        CodeBuffer.require(
                                !a.isStackPointer() && !b.isStackPointer(),
                                "the stack pointer cannot stand here",
                                address);
                        yield (a.isWide() ? 2 << 30 : 0)
                                | a.code()
                                | b.code() << 10
                                | place(address, a.isWide() ? 3 : 2);
                    }
                    case Vec a when second instanceof Vec b && alike(a, b) -> {
                        int scale = a.arrangement().size();
                        yield Access.VECTOR
                                | scale - 2 << 30
                                | a.number()
                                | b.number() << 10
                                | place(address, scale);
                    }
                    default ->
                            throw new EncodingException(
                                    Problem.of(this + " does not take these registers")
                                            .got(first + ", " + second));
                };
    }

    private static boolean alike(Vec a, Vec b) {
        return a.arrangement() == b.arrangement()
                && a.arrangement().isScalar()
                && a.arrangement().size() >= 2;
    }

    private int place(Address address, int scale) {
        return switch (address) {
            case Address.Offset(var base, int bytes) ->
                    (cached ? OFFSET : 0) | seven(bytes, scale) | base.code() << 5;
            case Address.Before(var base, int bytes) when cached ->
                    BEFORE | seven(bytes, scale) | base.code() << 5;
            case Address.After(var base, int bytes) when cached ->
                    AFTER | seven(bytes, scale) | base.code() << 5;
            default ->
                    throw new EncodingException(
                            Problem.of("no such address for " + this).got(address));
        };
    }

    private static int seven(int bytes, int scale) {
        int scaled = bytes >> scale;
        CodeBuffer.require(
                scaled << scale == bytes && scaled >= -64 && scaled < 64,
                "an offset is out of range",
                bytes);
        return (scaled & 0x7F) << 15;
    }
}
