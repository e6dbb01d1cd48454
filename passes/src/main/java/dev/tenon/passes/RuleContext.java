package dev.tenon.passes;

import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a rule sees around a node.
public final class RuleContext {
    private final Editor editor;

    RuleContext(Editor editor) {
        this.editor = editor;
    }

    /// The node that makes a value; null for inputs of the graph.
    public @Nullable Node producer(Value value) {
        return editor.producer(value);
    }

    /// The node that makes a value, where its operator is of a class; else null.
    public @Nullable Node producer(Value value, Class<? extends Op> type) {
        var producer = editor.producer(value);
        return producer != null && type.isInstance(producer.op()) ? producer : null;
    }

    /// The nodes that read a value.
    public List<Node> readers(Value value) {
        return List.copyOf(editor.readers(value));
    }

    /// Whether a value is a result of the graph.
    public boolean isOutput(Value value) {
        return editor.isOutput(value);
    }

    /// Whether one node alone reads a value, and the value is no result of the graph.
    public boolean isReadOnce(Value value) {
        return editor.readers(value).size() == 1 && !isOutput(value);
    }

    /// Begins a patch.
    public Patch.Builder patch() {
        return editor.patch();
    }
}
