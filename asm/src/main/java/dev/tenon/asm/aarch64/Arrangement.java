package dev.tenon.asm.aarch64;

import java.util.Locale;

/// How an instruction sees a vector register: as so many lanes of so many bits, or as one number in
/// its lowest lane.
public enum Arrangement {
    B(1, 1),
    H(2, 1),
    S(4, 1),
    D(8, 1),
    Q(16, 1),
    B8(1, 8),
    B16(1, 16),
    H4(2, 4),
    H8(2, 8),
    S2(4, 2),
    S4(4, 4),
    D1(8, 1),
    D2(8, 2);

    private final int laneBytes;
    private final int lanes;

    Arrangement(int laneBytes, int lanes) {
        this.laneBytes = laneBytes;
        this.lanes = lanes;
    }

    public int laneBytes() {
        return laneBytes;
    }

    public int lanes() {
        return lanes;
    }

    public int bytes() {
        return laneBytes * lanes;
    }

    public boolean isScalar() {
        return ordinal() <= Q.ordinal();
    }

    /// The binary logarithm of the lane's bytes.
    int size() {
        return Integer.numberOfTrailingZeros(laneBytes);
    }

    /// One lane.
    Arrangement element() {
        return values()[size()];
    }

    /// The vector of so many bytes with lanes of so many bytes.
    static Arrangement of(int laneBytes, int bytes) {
        for (var arrangement : values()) {
            if (!arrangement.isScalar()
                    && arrangement.laneBytes == laneBytes
                    && arrangement.bytes() == bytes) {
                return arrangement;
            }
        }
        throw new IllegalArgumentException(bytes + " bytes by " + laneBytes);
    }

    /// As the assembler language writes it, `4s` for instance.
    @Override
    public String toString() {
        var letter = element().name().toLowerCase(Locale.ROOT);
        return isScalar() ? letter : lanes + letter;
    }
}
