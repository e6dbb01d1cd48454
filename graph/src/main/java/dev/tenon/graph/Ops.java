package dev.tenon.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All operators there are, found through the sealed hierarchy under [Op].
public final class Ops {
    private static final List<OpDef<?>> ALL = List.copyOf(collect(Op.class, new ArrayList<>()));
    private static final Map<String, OpDef<?>> BY_NAME = index();

    private Ops() {}

    /// The definition of every operator.
    public static List<OpDef<?>> all() {
        return ALL;
    }

    /// The operator of a name in the text form, or null.
    public static @Nullable OpDef<?> byName(String name) {
        return BY_NAME.get(name);
    }

    private static List<OpDef<?>> collect(Class<?> type, List<OpDef<?>> into) {
        if (type.isEnum()) {
            for (var constant : type.getEnumConstants()) {
                into.add(((Op) constant).def());
            }
        } else if (type.isSealed()) {
            for (var leaf : type.getPermittedSubclasses()) {
                collect(leaf, into);
            }
        } else {
            try {
                into.add((OpDef<?>) type.getField("DEF").get(null));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(type + " has no public static DEF", e);
            }
        }
        return into;
    }

    private static Map<String, OpDef<?>> index() {
        var index = new LinkedHashMap<String, OpDef<?>>();
        for (var def : ALL) {
            if (index.put(def.name(), def) != null) {
                throw new IllegalStateException("two operators are named " + def.name());
            }
        }
        return index;
    }
}
