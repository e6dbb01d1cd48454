package dev.tenon.base;

import org.jspecify.annotations.Nullable;

/// One error, part by part. Only [#what] is always there.
///
/// @param what what is wrong, in one sentence without a full stop
/// @param op the operator's name, when one is concerned
/// @param node the node's or value's name, when one is concerned
/// @param expected what would have been right
/// @param got what was found
/// @param advice what the reader can do
public record Problem(
        String what,
        @Nullable String op,
        @Nullable String node,
        @Nullable String expected,
        @Nullable String got,
        @Nullable String advice) {

    public static Problem of(String what) {
        return new Problem(what, null, null, null, null, null);
    }

    public Problem at(String op, String node) {
        return new Problem(
                what,
                this.op == null ? op : this.op,
                this.node == null ? node : this.node,
                expected,
                got,
                advice);
    }

    public Problem op(String op) {
        return new Problem(what, op, node, expected, got, advice);
    }

    public Problem node(String node) {
        return new Problem(what, op, node, expected, got, advice);
    }

    public Problem expected(Object expected) {
        return new Problem(what, op, node, expected.toString(), got, advice);
    }

    public Problem got(Object got) {
        return new Problem(what, op, node, expected, got.toString(), advice);
    }

    public Problem advice(String advice) {
        return new Problem(what, op, node, expected, got, advice);
    }

    /// All parts in one line.
    public String message() {
        var text = new StringBuilder();
        if (op != null) {
            text.append(op);
        }
        if (node != null) {
            text.append(op == null ? "" : " ").append('\'').append(node).append('\'');
        }
        text.append(text.isEmpty() ? "" : ": ").append(what);
        if (expected != null) {
            text.append("; expected ").append(expected);
        }
        if (got != null) {
            text.append(expected == null ? "; got " : ", got ").append(got);
        }
        if (advice != null) {
            text.append(". ").append(advice);
        }
        return text.toString();
    }
}
