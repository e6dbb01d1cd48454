package dev.tenon.runtime;

import dev.tenon.base.InputException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.TenonException;
import dev.tenon.graph.Node;
import java.util.Arrays;

/// One node of a plan, ready to run.
///
/// @param action what is done at each run
/// @param inputs the slots read; -1 where an input is left out
/// @param outputs the slots written; -1 where an output is left out
/// @param dead the slots that nobody reads any more afterwards
record Step(Node node, Lowered lowered, Action action, int[] inputs, int[] outputs, int[] dead) {
    /// What went wrong in this step, told with op and node.
    RuntimeException failed(Throwable cause) {
        var name = node.op().def().name();
        return switch (cause) {
            case TenonException e -> e.at(name, node.name());
            case IndexOutOfBoundsException e -> doesNotFit(e);
            case ArithmeticException e -> doesNotFit(e);
            case IllegalArgumentException e -> doesNotFit(e);
            case OutOfMemoryError e ->
                    new LimitException(
                            Problem.of("there is no memory for the result")
                                    .at(name, node.name())
                                    .advice(
                                            "Give the JVM more memory (-Xmx), or run smaller"
                                                    + " inputs"),
                            e);
            case RuntimeException e -> e;
            default -> throw new IllegalStateException(cause);
        };
    }

    private InputException doesNotFit(RuntimeException cause) {
        return new InputException(
                Problem.of("the inputs do not fit the operator (" + cause.getMessage() + ")")
                        .at(node.op().def().name(), node.name()),
                cause);
    }

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
