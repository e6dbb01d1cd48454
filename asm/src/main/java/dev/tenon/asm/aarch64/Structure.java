package dev.tenon.asm.aarch64;

import dev.tenon.asm.CodeBuffer;
import dev.tenon.asm.EncodingException;
import dev.tenon.base.Problem;

/// Loads and stores of whole vectors, or of single lanes, at a plain address or at one that is
/// moved on: by their own bytes, or by a register.
public enum Structure {
    /// One to four vectors one after the other, or a lane.
    LD1(true, 0),
    ST1(false, 0),
    /// Two vectors whose lanes take turns.
    LD2(true, 2),
    ST2(false, 2),
    LD3(true, 3),
    ST3(false, 3),
    LD4(true, 4),
    ST4(false, 4),
    /// One number into all lanes.
    LD1R(true, 1);

    private static final int MULTIPLE = 0x0C000000;
    private static final int SINGLE = 0x0D000000;
    private static final int REPEATED = 0x0D40C000;
    private static final int MOVED_ON = 1 << 23;
    private static final int OWN_BYTES = 31;

    /// The field that tells how many vectors follow each other, from one on.
    private static final int[] IN_A_ROW = {7, 10, 6, 2};

    private final boolean loads;

    /// How many vectors it takes; 0 for one to four.
    private final int vectors;

    Structure(boolean loads, int vectors) {
        this.loads = loads;
        this.vectors = vectors;
    }

    int word(VecList registers, Address address) {
        CodeBuffer.require(
                vectors == 0 || vectors == registers.count(),
                this + " does not take so many registers",
                registers);
        var shape = registers.first().arrangement();
        CodeBuffer.require(
                shape != Arrangement.D1 || vectors <= 1,
                this + " does not take this arrangement",
                registers);
        int whole = shape.bytes() == Arrangement.Q.bytes() ? 1 << 30 : 0;
        int register = whole | shape.size() << 10 | registers.first().number();
        if (this == LD1R) {
            return REPEATED | register | place(address, shape.laneBytes());
        }
        int opcode = vectors == 0 ? IN_A_ROW[registers.count() - 1] : 16 - 4 * vectors;
        return MULTIPLE | direction() | opcode << 12 | register | place(address, registers.bytes());
    }

    int word(Lane lane, Address address) {
        CodeBuffer.require(this == LD1 || this == ST1, this + " does not take a lane", lane);
        int size = Integer.numberOfTrailingZeros(lane.element().bytes());
        // The index fills Q, S and the size from above; what is left of the size tells 64 bits.
        int bits = lane.index() << size;
        int tag = size == 3 ? 1 : 0;
        int place = (bits >> 3) << 30 | (bits >> 2 & 1) << 12 | (bits & 3 | tag) << 10;
        int opcode = Math.min(size, 2) << 14;
        return SINGLE
                | direction()
                | opcode
                | place
                | lane.number()
                | place(address, lane.element().bytes());
    }

    private int direction() {
        return loads ? 1 << 22 : 0;
    }

    private static int place(Address address, int bytes) {
        return switch (address) {
            case Address.Offset(var base, int offset) when offset == 0 -> base.code() << 5;
            case Address.After(var base, int step) when step == bytes ->
                    MOVED_ON | OWN_BYTES << 16 | base.code() << 5;
            case Address.Stepping(var base, var step) ->
                    MOVED_ON | step.code() << 16 | base.code() << 5;
            default ->
                    throw new EncodingException(
                            Problem.of("no such address for vectors").got(address));
        };
    }
}
