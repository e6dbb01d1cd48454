package dev.tenon.kernels.conv.winograd;

import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.Word;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// A loop over the channels of a position, vector by vector.
final class Channels {
    private Channels() {}

    /// Says what the last vector is.
    ///
    /// @param words two that are overwritten
    /// @param slot where its bytes are saved
    static void setTail(VectorAssembler a, Word channels, Word one, Word other, int slot) {
        a.copy(one, channels);
        a.and(one, a.lanes() - 1);
        a.tail(one, other);
        a.shiftLeft(one, 2);
        a.save(one, slot);
    }

    /// @param count the channels; overwritten
    /// @param vector emits the code for one vector
    /// @param step moves on by so many bytes
    /// @param tailStep moves on by the last vector
    static void run(
            VectorAssembler a,
            Word count,
            Consumer<Part> vector,
            IntConsumer step,
            Runnable tailStep) {
        a.whileAtLeast(
                count,
                a.lanes(),
                () -> {
                    vector.accept(Part.ALL);
                    step.accept(a.lanes() * Float.BYTES);
                });
        a.unlessZero(
                count,
                () -> {
                    vector.accept(Part.TAIL);
                    tailStep.run();
                });
    }
}
