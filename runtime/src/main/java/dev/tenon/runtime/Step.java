package dev.tenon.runtime;

import dev.tenon.graph.Node;
import java.util.Arrays;

/// One node of a plan, ready to run.
///
/// @param inputs the slots read; -1 where an input is left out
/// @param outputs the slots written; -1 where an output is left out
/// @param dead the slots that nobody reads any more afterwards
record Step(Node node, Lowered lowered, int[] inputs, int[] outputs, int[] dead) {
    @Override
    public String toString() {
        return node.op().def().name()
                + " '"
                + node.name()
                + "' "
                + Arrays.toString(inputs)
                + " -> "
                + Arrays.toString(outputs)
                + " by "
                + lowered.kernel();
    }
}
