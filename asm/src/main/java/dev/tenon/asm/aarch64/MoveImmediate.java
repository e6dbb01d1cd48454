package dev.tenon.asm.aarch64;

import java.util.stream.IntStream;

/// Puts constants together: from a logical immediate, or from pieces of 16 bits over zeros or over
/// ones, whichever takes fewest instructions.
final class MoveImmediate {
    private static final int MOVN = 0x12800000;
    private static final int MOVZ = 0x52800000;
    private static final int MOVK = 0x72800000;
    private static final int ORR_ZERO = 0x320003E0;
    private static final int PIECE = 16;
    private static final int ONES = 0xFFFF;

    private MoveImmediate() {}

    /// The instructions, without the register and its width.
    ///
    /// @param wide whether the register has 64 bits; of fewer, the upper half of the value is
    ///   ignored
    static IntStream words(long value, boolean wide) {
        int pieces = (wide ? Long.SIZE : Integer.SIZE) / PIECE;
        long zeros = IntStream.range(0, pieces).filter(i -> piece(value, i) == 0).count();
        long ones = IntStream.range(0, pieces).filter(i -> piece(value, i) == ONES).count();
        if (Math.max(zeros, ones) < pieces - 1) {
            long repeated = wide ? value : value & 0xFFFF_FFFFL | value << Integer.SIZE;
            var fields = LogicalImmediate.encode(repeated);
            if (fields.isPresent()) {
                return IntStream.of(ORR_ZERO | fields.getAsInt());
            }
        }
        int background = ones > zeros ? ONES : 0;
        var used = IntStream.range(0, pieces).filter(i -> piece(value, i) != background).toArray();
        if (used.length == 0) {
            return IntStream.of(background == 0 ? MOVZ : MOVN);
        }
        return IntStream.range(0, used.length)
                .map(
                        i -> {
                            int piece = piece(value, used[i]);
                            int place = used[i] << 21;
                            if (i > 0) {
                                return MOVK | place | piece << 5;
                            }
                            int first = background == 0 ? MOVZ : MOVN;
                            return first | place | (piece ^ background) << 5;
                        });
    }

    private static int piece(long value, int index) {
        return (int) (value >>> index * PIECE) & ONES;
    }
}
