package dev.tenon.asm;

import dev.tenon.base.Problem;

/// A place in emitted code that instructions may refer to before or after it is known.
public final class Label {
    private static final int UNBOUND = -1;

    private final String name;
    private int position = UNBOUND;

    /// @param name told in errors
    public Label(String name) {
        this.name = name;
    }

    public boolean isBound() {
        return position != UNBOUND;
    }

    /// Bytes from the start of the code.
    ///
    /// @throws EncodingException when the label is not bound
    public int position() {
        if (!isBound()) {
            throw new EncodingException(Problem.of("a label was used but never bound").got(name));
        }
        return position;
    }

    void bind(int at) {
        if (isBound()) {
            throw new EncodingException(Problem.of("a label was bound twice").got(name));
        }
        position = at;
    }

    @Override
    public String toString() {
        return isBound() ? name + "@" + position : name;
    }
}
