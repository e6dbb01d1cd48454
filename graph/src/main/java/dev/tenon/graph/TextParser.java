package dev.tenon.graph;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.LimitException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Scalar;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.op.generate.Constant;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/// Parses the text form of a graph; see [TextForm].
final class TextParser {
    private final TextScanner in;
    private final Map<String, Tensor> constants;
    private int depth;

    TextParser(String text, Map<String, Tensor> constants) {
        this.in = new TextScanner(text);
        this.constants = constants;
    }

    Graph parse() {
        var graph = graph();
        if (!in.atEnd()) {
            throw in.error("text after the graph", "the end");
        }
        return graph;
    }

    Op parseOp() {
        var op = op();
        if (!in.atEnd()) {
            throw in.error("text after the operator", "the end");
        }
        return op;
    }

    private Graph graph() {
        if (++depth > Verifier.MAX_DEPTH) {
            throw new LimitException(
                    Problem.of("subgraphs are nested too deeply")
                            .expected("at most " + Verifier.MAX_DEPTH));
        }
        in.expect("graph");
        var graphName = in.name();
        var scope = new HashMap<String, Value>();
        var inputs =
                list(
                        "(",
                        ")",
                        () -> {
                            var declared = declared();
                            var input = new Value(declared.name(), declared.type(), null, null);
                            define(scope, input);
                            return input;
                        });
        in.expect("->");
        var outputs = list("(", ")", this::output);
        in.expect("{");
        var metadata = new HashMap<String, String>();
        while (in.take("metadata")) {
            var key = in.string();
            in.expect("=");
            metadata.put(key, in.string());
        }
        var nodes = new ArrayList<Node>();
        while (!in.take("}")) {
            nodes.add(node(scope));
        }
        depth--;
        return Graph.of(
                graphName,
                inputs,
                nodes,
                outputs.stream()
                        .map(o -> new Graph.Output(o.name(), value(scope, o.value())))
                        .toList(),
                metadata);
    }

    /// An output or input with its type; the name is empty and the type arbitrary where it is left
    /// out.
    private record Declared(String name, Type type) {}

    private record OutputText(String name, String value) {}

    private Declared declared() {
        if (in.take("_")) {
            return new Declared("", Value.NONE.type());
        }
        in.expect("%");
        var valueName = in.name();
        in.expect(":");
        return new Declared(valueName, in.type());
    }

    private OutputText output() {
        if (in.take("%")) {
            var both = in.name();
            return new OutputText(both, both);
        }
        var outputName = in.name();
        in.expect(":");
        in.expect("%");
        return new OutputText(outputName, in.name());
    }

    private Node node(Map<String, Value> scope) {
        var outputs = in.sees("(") ? list("(", ")", this::declared) : declaredOutputs();
        in.expect("=");
        var def = def();
        List<Value> inputs = List.of();
        Op op;
        if (def == Constant.DEF && (in.sees("{") || in.sees("#")) && outputs.size() == 1) {
            op = new Constant(TensorText.parse(in, outputs.getFirst().type(), constants));
        } else {
            inputs = list("(", ")", () -> reference(scope));
            op = op(def, attributes(def));
        }
        var names = outputs.stream().map(Declared::name).toList();
        var nodeName =
                in.take("@")
                        ? in.name()
                        : names.stream().filter(n -> !n.isEmpty()).findFirst().orElse("");
        var node =
                Inference.declared(
                        Inference.node(op, nodeName, inputs, names),
                        outputs.stream().map(Declared::type).toList());
        node.outputs().stream().filter(Value::isPresent).forEach(v -> define(scope, v));
        return node;
    }

    private OpDef<?> def() {
        var opName = in.name();
        var def = Ops.byName(opName);
        if (def == null) {
            throw in.error("unknown operator", "an operator of Tenon", opName, null);
        }
        return def;
    }

    /// An operator that is an attribute of another.
    private Op op() {
        if (++depth > Verifier.MAX_DEPTH) {
            throw new LimitException(
                    Problem.of("operators are nested too deeply")
                            .expected("at most " + Verifier.MAX_DEPTH));
        }
        var def = def();
        var op = op(def, attributes(def));
        depth--;
        return op;
    }

    private List<Declared> declaredOutputs() {
        var outputs = new ArrayList<Declared>();
        do {
            outputs.add(declared());
        } while (in.take(","));
        return outputs;
    }

    private Value reference(Map<String, Value> scope) {
        if (in.take("_")) {
            return Value.NONE;
        }
        in.expect("%");
        return value(scope, in.name());
    }

    private Value value(Map<String, Value> scope, String name) {
        var value = scope.get(name);
        if (value == null) {
            throw in.error(
                    "a value is read before it is made", "a value made above", "%" + name, null);
        }
        return value;
    }

    private void define(Map<String, Value> scope, Value value) {
        if (scope.put(value.name(), value) != null) {
            throw in.error(
                    "two values have the same name", "a name of its own", "%" + value.name(), null);
        }
    }

    private Map<String, Object> attributes(OpDef<?> def) {
        var values = new LinkedHashMap<String, Object>();
        if (in.sees("{")) {
            var components = new HashMap<String, java.lang.reflect.Type>();
            Ops.components(def).forEach(c -> components.put(c.getName(), c.getGenericType()));
            each(
                    "{",
                    "}",
                    () -> {
                        var name = in.plain("an attribute");
                        var type = components.get(name);
                        if (type == null) {
                            throw in.error(
                                    "unknown attribute of " + def.name(),
                                    components.keySet().toString(),
                                    name,
                                    null);
                        }
                        in.expect("=");
                        values.put(name, attribute(type));
                    });
        }
        return values;
    }

    private Op op(OpDef<?> def, Map<String, Object> attributes) {
        for (var component : Ops.components(def)) {
            if (!attributes.containsKey(component.getName()) && !Ops.isNullable(component)) {
                throw in.error(
                        "an attribute of " + def.name() + " is missing", component.getName());
            }
        }
        try {
            return Ops.make(def, component -> attributes.get(component.getName()));
        } catch (NullPointerException e) {
            throw in.error(
                    "an attribute of " + def.name() + " is missing",
                    e.getMessage(),
                    attributes.toString(),
                    e);
        } catch (IllegalArgumentException | TenonException e) {
            throw in.error(
                    "the attributes do not fit " + def.name(), null, attributes.toString(), e);
        }
    }

    private Object attribute(java.lang.reflect.Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return list("[", "]", () -> attribute(list.getActualTypeArguments()[0]));
        }
        if (type == String.class) {
            return in.string();
        } else if (type == Graph.class) {
            return graph();
        } else if (type == Op.class) {
            return op();
        } else if (type == Scalar.class) {
            return Scalar.parse(in.string());
        } else if (type == Tensor.class) {
            return TensorText.parse(in, in.type(), constants);
        } else if (type == Longs.class) {
            return Longs.of(
                    list("[", "]", () -> number(Long::parseLong)).stream()
                            .mapToLong(Long::longValue)
                            .toArray());
        } else if (type == Floats.class) {
            var numbers = list("[", "]", () -> number(Float::parseFloat));
            var elements = new float[numbers.size()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = numbers.get(i);
            }
            return Floats.of(elements);
        } else if (type instanceof Class<?> c && Type.class.isAssignableFrom(c)) {
            return in.type();
        }
        return scalar((Class<?>) type);
    }

    private Object scalar(Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return number(Integer::parseInt);
        } else if (type == long.class || type == Long.class) {
            return number(Long::parseLong);
        } else if (type == float.class || type == Float.class) {
            return number(Float::parseFloat);
        } else if (type == double.class || type == Double.class) {
            return number(Double::parseDouble);
        }
        var word = in.plain("an attribute's value");
        if (type == boolean.class || type == Boolean.class) {
            if (word.equals("true") || word.equals("false")) {
                return word.equals("true");
            }
        } else if (type == DType.class) {
            var dtype = DType.parse(word);
            if (dtype != null) {
                return dtype;
            }
        } else if (type.isEnum()) {
            for (var constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(word)) {
                    return constant;
                }
            }
        }
        throw in.error("malformed attribute", "a " + type.getSimpleName(), word, null);
    }

    private <T> T number(Function<String, T> parser) {
        var text = in.plain("a number");
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            throw in.error("malformed number", null, text, e);
        }
    }

    private <T> List<T> list(String open, String close, Supplier<T> element) {
        var elements = new ArrayList<T>();
        each(open, close, () -> elements.add(element.get()));
        return elements;
    }

    private void each(String open, String close, Runnable element) {
        in.expect(open);
        if (in.take(close)) {
            return;
        }
        do {
            element.run();
        } while (in.take(","));
        in.expect(close);
    }
}
