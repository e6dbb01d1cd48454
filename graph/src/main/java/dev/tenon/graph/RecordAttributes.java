package dev.tenon.graph;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.FormatException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Scalar;
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
    /// `then_branch`; an enum by its `toString`, an expression and an operator as text. A component
    /// `captures` is left out: it follows from the subgraphs.
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
                case Op inner -> out.text(name, TextForm.print(inner));
                case Enum<?> e when !(e instanceof DType) -> out.text(name, e.toString());
                case DType d -> out.dtype(name, d);
                case Longs l -> out.integers(name, l);
                case Floats f -> out.numbers(name, f);
                case Tensor t -> out.tensor(name, t);
                case Type t -> out.type(name, t);
                case Graph g -> out.graph(name, g);
                case Scalar s -> out.text(name, s.text());
                case List<?> l -> out.texts(name, (List<String>) l);
                default ->
                        throw new IllegalStateException(
                                op.def().name()
                                        + ": component "
                                        + name
                                        + " cannot be an attribute");
            }
        }
    }

    /// Makes an operator out of the attributes named after its components. What is left out in the
    /// file becomes null, 0 or false, or an enum's first constant.
    ///
    /// @param required the attributes that must be there
    /// @throws FormatException when one of these is missing, or an attribute has another kind than
    ///   its component
    @SuppressWarnings("unchecked")
    public static <O extends Record & Op> O read(
            OpDef<O> def, Attributes attributes, List<String> required) {
        for (var name : required) {
            if (!attributes.has(name)) {
                throw new FormatException(
                        Problem.of("an attribute is missing").op(def.name()).expected(name));
            }
        }
        return (O)
                Ops.make(
                        def,
                        component ->
                                read(
                                        component.getType(),
                                        snakeCase(component.getName()),
                                        attributes));
    }

    private static @Nullable Object read(Class<?> type, String name, Attributes in) {
        if (type == int.class) {
            return Math.toIntExact(in.integer(name, 0));
        } else if (type == long.class) {
            return in.integer(name, 0);
        } else if (type == boolean.class) {
            return in.flag(name, false);
        } else if (type == float.class) {
            return in.number(name, 0);
        } else if (type.isEnum() && type != DType.class) {
            return choice(type, name, in);
        } else if (!in.has(name)) {
            return null;
        } else if (type == Longs.class) {
            return in.integers(name);
        } else if (type == Floats.class) {
            return in.numbers(name);
        } else if (type == Tensor.class) {
            return in.tensor(name);
        } else if (type == List.class) {
            return in.texts(name);
        } else if (type == String.class) {
            return in.text(name);
        } else if (type == Scalar.class) {
            return Scalar.parse(in.text(name));
        } else if (type == Op.class) {
            return TextForm.parseOp(in.text(name));
        }
        throw new IllegalStateException("component " + name + " cannot be read as it is");
    }

    @SuppressWarnings("unchecked")
    private static <E extends Enum<E>> Object choice(Class<?> type, String name, Attributes in) {
        return in.choice(name, ((E[]) type.getEnumConstants())[0]);
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
