package dev.tenon.runtime;

import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Node;

/// Binds operators that change nothing but the shape: their result is their input's memory.
final class ViewLowering {
    private ViewLowering() {}

    static Lowered lower(Node node) {
        Action action =
                frame -> {
                    var view = Interpreter.evaluate(node, frame.evaluation(node)).getFirst();
                    frame.set(0, view);
                    return _ -> {};
                };
        return new Lowered(Lowered.VIEW, action).reading(1);
    }
}
