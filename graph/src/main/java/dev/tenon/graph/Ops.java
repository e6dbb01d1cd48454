package dev.tenon.graph;

import dev.tenon.graph.op.control.OptionalOp;
import dev.tenon.graph.op.control.SequenceOp;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.elementwise.Variadic;
import dev.tenon.graph.op.move.ShapeOf;
import dev.tenon.graph.op.reduce.ArgExtreme;
import dev.tenon.graph.op.reduce.Cumulative;
import dev.tenon.graph.op.reduce.Fold;
import dev.tenon.graph.op.signal.WindowFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.attribute.RecordAttribute;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All operators there are, found through the sealed hierarchy under [Op].
///
/// An operator's class is initialised when it is asked for: a model uses few of them.
public final class Ops {
    /// A leaf of the hierarchy: a record, or one constant of an enum.
    private record Leaf(OpDef<?> def, Class<?> type, @Nullable Op constant) {}

    /// The classes whose operators are not named after them.
    private static final List<Class<?>> OTHERWISE_NAMED =
            List.of(
                    Unary.class,
                    Binary.class,
                    Variadic.class,
                    SequenceOp.class,
                    OptionalOp.class,
                    ShapeOf.class);

    /// What comes before the names of records: the packages of the hierarchy's parts, and the interfaces
    /// that have records inside.
    private static final List<String> PLACES =
            Stream.concat(
                            Arrays.stream(Op.class.getPermittedSubclasses())
                                    .map(c -> c.getPackageName() + "."),
                            Stream.of(Fold.class, ArgExtreme.class, Cumulative.class, WindowFunction.class)
                                    .map(c -> c.getName() + "$"))
                    .toList();

    /// The leaves of the classes that are initialised.
    private static final Map<String, Leaf> LEAVES = new ConcurrentHashMap<>();

    private static final class All {
        static final List<OpDef<?>> DEFS =
                classes(Op.class).flatMap(c -> leaves(c).stream()).<OpDef<?>>map(Leaf::def).toList();

        private static Stream<Class<?>> classes(Class<?> type) {
            return type.isSealed() && !type.isEnum()
                    ? Arrays.stream(type.getPermittedSubclasses()).flatMap(All::classes)
                    : Stream.of(type);
        }
    }

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
            OTHERWISE_NAMED.forEach(Ops::leaves);
            PLACES.stream().takeWhile(_ -> !LEAVES.containsKey(name)).forEach(p -> load(p + name));
            known = LEAVES.get(name);
        }
        if (known == null) {
            all();
            known = LEAVES.get(name);
        }
        return known;
    }

    private static void load(String className) {
        try {
            var type = Class.forName(className, false, Op.class.getClassLoader());
            if (Op.class.isAssignableFrom(type) && type.isRecord()) {
                leaves(type);
            }
        } catch (ClassNotFoundException | LinkageError _) {
            // no operator of this name here
        }
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
        var leaf = find(def.name());
        if (leaf == null) {
            throw new IllegalArgumentException(
                    def.name() + " is not in the hierarchy of operators");
        }
        return leaf;
    }

    /// The leaves of a class, which is initialised by this.
    private static List<Leaf> leaves(Class<?> type) {
        var leaves = new ArrayList<Leaf>();
        if (type.isEnum()) {
            for (var constant : type.getEnumConstants()) {
                leaves.add(new Leaf(((Op) constant).def(), type, (Op) constant));
            }
        } else {
            try {
                leaves.add(new Leaf((OpDef<?>) type.getField("DEF").get(null), type, null));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(type + " has no public static DEF", e);
            }
        }
        for (var leaf : leaves) {
            var other = LEAVES.putIfAbsent(leaf.def().name(), leaf);
            if (other != null && !other.equals(leaf)) {
                throw new IllegalStateException("two operators are named " + leaf.def().name());
            }
        }
        return leaves;
    }
}
