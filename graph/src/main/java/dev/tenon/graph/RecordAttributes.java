package dev.tenon.graph;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The attributes of operators that are records, read off their components.
public final class RecordAttributes {
    private RecordAttributes() {}

    /// Writes each component that is not null as the attribute of the same name, `thenBranch` as
    /// `then_branch`; an enum by its `toString`. A component `captures` is left out: it follows from the subgraphs.
    ///
    /// @throws IllegalStateException when a component's type is none that attributes have
    @SuppressWarnings("unchecked")
    public static void write(Op op, AttributeSink out) {
        if (!(op instanceof Record)) {
            return;
        }
        for (var component : op.getClass().getRecordComponents()) {
            var name = snakeCase(component.getName());
            var value = get(op, component);
            switch (value) {
                case null -> {}
                case Integer i when name.equals("captures") -> {}
                case Integer i -> out.integer(name, i);
                case Long i -> out.integer(name, i);
                case Boolean b -> out.integer(name, b ? 1 : 0);
                case Float f -> out.number(name, f);
                case String s -> out.text(name, s);
                case Enum<?> e when !(e instanceof DType) -> out.text(name, e.toString());
                case DType d -> out.dtype(name, d);
                case Longs l -> out.integers(name, l);
                case Floats f -> out.numbers(name, f);
                case Tensor t -> out.tensor(name, t);
                case Type t -> out.type(name, t);
                case Graph g -> out.graph(name, g);
                case List<?> l -> out.texts(name, (List<String>) l);
                default -> throw new IllegalStateException(
                        op.def().name() + ": component " + name + " cannot be an attribute");
            }
        }
    }

    /// The value of a component.
    public static @Nullable Object get(Op op, RecordComponent component) {
        try {
            return component.getAccessor().invoke(op);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a record's accessor failed", e);
        }
    }

    /// `autoPad` as `auto_pad`.
    public static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
