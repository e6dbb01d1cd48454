package dev.tenon.graph.op.elementwise;

import dev.tenon.base.DType;
import java.util.Locale;
import java.util.function.Predicate;

/// The dtypes that the operands of an operator may have.
public enum Domain {
    FLOAT(DType::isFloat),
    INTEGER(DType::isInteger),
    UNSIGNED(d -> d.kind() == DType.Kind.UNSIGNED),
    NUMBER(d -> d.isFloat() || d.isInteger()),
    BOOLEAN(d -> d == DType.BOOL),
    ANY(d -> true);

    private final Predicate<DType> predicate;

    Domain(Predicate<DType> predicate) {
        this.predicate = predicate;
    }

    public boolean contains(DType dtype) {
        return predicate.test(dtype);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
