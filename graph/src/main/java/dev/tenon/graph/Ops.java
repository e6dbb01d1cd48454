package dev.tenon.graph;

import dev.tenon.graph.op.move.ShapeOf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.attribute.RecordAttribute;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All operators there are, found through the sealed hierarchy under [Op].
///
/// Most models use few of them, so an operator's class is initialised when the operator is first
/// asked for.
public final class Ops {
    /// A leaf of the hierarchy: a record, or one constant of an enum.
    private record Leaf(OpDef<?> def, Class<?> type, @Nullable Op constant) {}

    /// The records, and the enums by their constants, under names as [#key] makes them.
    private static final Map<String, Class<?>> PLACES = new HashMap<>();

    private static final Map<String, Leaf> LEAVES = new ConcurrentHashMap<>();

    static {
        place(Op.class);
        PLACES.put(key("Shape"), ShapeOf.class);
    }

    /// Made when all operators are asked for.
    private static final class All {
        private static final Map<String, Leaf> LEAVES = collect(Op.class, new LinkedHashMap<>());
        private static final List<OpDef<?>> DEFS =
                LEAVES.values().stream().<OpDef<?>>map(Leaf::def).toList();
    }

    private static final ClassValue<Set<String>> NULLABLE =
            new ClassValue<>() {
                @Override
                protected Set<String> computeValue(Class<?> type) {
                    return nullable(type);
                }
            };

    private Ops() {}

    /// Finds out which operators there are, which is otherwise done when the first is asked for.
    public static void prepare() {}

    /// The definition of every operator.
    public static List<OpDef<?>> all() {
        return All.DEFS;
    }

    /// The operator of a name in the text form, or null.
    public static @Nullable OpDef<?> byName(String name) {
        var leaf = find(name);
        return leaf == null ? null : leaf.def();
    }

    private static @Nullable Leaf find(String name) {
        var known = LEAVES.get(name);
        if (known == null) {
            var place = PLACES.get(key(name));
            if (place != null) {
                LEAVES.putAll(collect(place, new LinkedHashMap<>()));
            }
            known = LEAVES.get(name);
        }
        return known != null ? known : All.LEAVES.get(name);
    }

    /// `BitwiseAnd` and `BITWISE_AND` alike.
    private static String key(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static void place(Class<?> type) {
        if (type.isEnum()) {
            for (var field : type.getFields()) {
                if (field.isEnumConstant()) {
                    PLACES.put(key(field.getName()), type);
                }
            }
        } else if (type.isSealed()) {
            for (var member : type.getPermittedSubclasses()) {
                place(member);
            }
        } else {
            PLACES.put(key(type.getSimpleName()), type);
        }
    }

    /// The components of an operator that is a record; none for a constant of an enum.
    public static List<RecordComponent> components(OpDef<?> def) {
        var leaf = leaf(def);
        return leaf.constant() == null ? List.of(leaf.type().getRecordComponents()) : List.of();
    }

    /// Whether a component may be null: whether the record's source says `@Nullable`.
    ///
    /// The annotation's class is not there at run time, so that reflection does not show it; the
    /// class file does.
    static boolean isNullable(RecordComponent component) {
        return NULLABLE.get(component.getDeclaringRecord()).contains(component.getName());
    }

    private static Set<String> nullable(Class<?> type) {
        var file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
        try (var in = Objects.requireNonNull(type.getResourceAsStream(file), file)) {
            return ClassFile.of()
                    .parse(in.readAllBytes())
                    .findAttribute(Attributes.record())
                    .map(RecordAttribute::components)
                    .orElse(List.of())
                    .stream()
                    .filter(Ops::isNullable)
                    .map(c -> c.name().stringValue())
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isNullable(RecordComponentInfo component) {
        return component
                .findAttribute(Attributes.runtimeVisibleTypeAnnotations())
                .map(a -> a.annotations().stream().anyMatch(Ops::isNullable))
                .orElse(false);
    }

    private static boolean isNullable(TypeAnnotation annotation) {
        return annotation.targetPath().isEmpty()
                && annotation.annotation().className().stringValue().endsWith("/Nullable;");
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
        var types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
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
        var leaf = find(def.name());
        if (leaf == null) {
            throw new IllegalArgumentException(
                    def.name() + " is not in the hierarchy of operators");
        }
        return leaf;
    }

    /// The leaves under a class by the names of their operators, in order.
    private static Map<String, Leaf> collect(Class<?> type, Map<String, Leaf> into) {
        if (type.isEnum()) {
            for (var constant : type.getEnumConstants()) {
                add(new Leaf(((Op) constant).def(), type, (Op) constant), into);
            }
        } else if (type.isSealed()) {
            for (var member : type.getPermittedSubclasses()) {
                collect(member, into);
            }
        } else {
            try {
                add(new Leaf((OpDef<?>) type.getField("DEF").get(null), type, null), into);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(type + " has no public static DEF", e);
            }
        }
        return into;
    }

    private static void add(Leaf leaf, Map<String, Leaf> into) {
        if (into.put(leaf.def().name(), leaf) != null) {
            throw new IllegalStateException("two operators are named " + leaf.def().name());
        }
    }
}
