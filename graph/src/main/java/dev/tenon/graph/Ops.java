package dev.tenon.graph;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
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

    private static final ClassValue<Set<String>> NULLABLE =
            new ClassValue<>() {
                @Override
                protected Set<String> computeValue(Class<?> type) {
                    return nullable(type);
                }
            };

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

    /// Whether a component may be null: whether the record's source says `@Nullable`.
    ///
    /// The annotation's class is not there at run time, so that reflection does not show it; the class
    /// file does.
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
