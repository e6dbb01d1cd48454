package dev.tenon.graph;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All operators there are, found through the sealed hierarchy under [Op].
public final class Ops {
    /// A leaf of the hierarchy: a record, or one constant of an enum.
    private record Leaf(OpDef<?> def, Class<?> type, @Nullable Op constant) {}

    private static final Map<String, Leaf> LEAVES = new LinkedHashMap<>();

    static {
        collect(Op.class);
    }

    private static final List<OpDef<?>> ALL =
            LEAVES.values().stream().<OpDef<?>>map(Leaf::def).toList();

    private Ops() {}

    /// The definition of every operator.
    public static List<OpDef<?>> all() {
        return ALL;
    }

    /// The operator of a name in the text form, or null.
    public static @Nullable OpDef<?> byName(String name) {
        var leaf = LEAVES.get(name);
        return leaf == null ? null : leaf.def();
    }

    /// The components of an operator that is a record; none for a constant of an enum.
    public static List<RecordComponent> components(OpDef<?> def) {
        var leaf = leaf(def);
        return leaf.constant() == null
                ? List.of(leaf.type().getRecordComponents())
                : List.of();
    }

    /// Makes an operator out of the values of its components.
    ///
    /// @throws RuntimeException what the record's constructor throws
    public static Op make(OpDef<?> def, Function<RecordComponent, @Nullable Object> values) {
        var leaf = leaf(def);
        if (leaf.constant() != null) {
            return leaf.constant();
        }
        var components = leaf.type().getRecordComponents();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        var arguments = Arrays.stream(components).map(values).toArray();
        try {
            return (Op) leaf.type().getDeclaredConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("the constructor of " + def.name() + " failed", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(def.name() + " has no public canonical constructor", e);
        }
    }

    private static Leaf leaf(OpDef<?> def) {
        var leaf = LEAVES.get(def.name());
        if (leaf == null) {
            throw new IllegalArgumentException(def.name() + " is not in the hierarchy of operators");
        }
        return leaf;
    }

    private static void collect(Class<?> type) {
        if (type.isEnum()) {
            for (var constant : type.getEnumConstants()) {
                add(new Leaf(((Op) constant).def(), type, (Op) constant));
            }
        } else if (type.isSealed()) {
            for (var leaf : type.getPermittedSubclasses()) {
                collect(leaf);
            }
        } else if (type.isRecord()) {
            try {
                add(new Leaf((OpDef<?>) type.getField("DEF").get(null), type, null));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(type + " has no public static DEF", e);
            }
        }
    }

    private static void add(Leaf leaf) {
        if (LEAVES.put(leaf.def().name(), leaf) != null) {
            throw new IllegalStateException("two operators are named " + leaf.def().name());
        }
    }
}
