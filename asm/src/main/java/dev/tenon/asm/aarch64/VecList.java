package dev.tenon.asm.aarch64;

import dev.tenon.asm.CodeBuffer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Vector registers that follow each other; after the last comes the first.
///
/// @param count 1 … 4
public record VecList(Vec first, int count) implements Operand {
    private static final int MAX = 4;

    public VecList {
        CodeBuffer.require(count >= 1 && count <= MAX, "no such number of registers", count);
        CodeBuffer.require(!first.arrangement().isScalar(), "a list is of vectors", first);
    }

    public static VecList of(Vec first, int count) {
        return new VecList(first, count);
    }

    int bytes() {
        return count * first.arrangement().bytes();
    }

    @Override
    public String toString() {
        return IntStream.range(0, count)
                .mapToObj(i -> new Vec(first.arrangement(), (first.number() + i) % Vec.COUNT))
                .map(Vec::toString)
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
