package dev.tenon.formats.onnx;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.FormatException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.formats.onnx.proto.AttributeType;
import dev.tenon.formats.onnx.proto.Bytes;
import dev.tenon.graph.Attributes;
import dev.tenon.graph.Graph;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A call's attributes, checked as they are read.
final class NodeAttributes implements Attributes {
    private final Call call;
    private final Tensors tensors;
    private final Map<String, Graph> graphs;
    private final int captures;

    /// @param graphs the call's subgraphs by attribute, closed over the same captures
    NodeAttributes(Call call, Tensors tensors, Map<String, Graph> graphs, int captures) {
        this.call = call;
        this.tensors = tensors;
        this.graphs = graphs;
        this.captures = captures;
    }

    private AttributeProto attribute(String name, AttributeType type) {
        var attribute = call.attributes().get(name);
        if (attribute == null) {
            throw problem("attribute " + name + " is missing", type, "nothing");
        }
        if (typeOf(attribute) != type) {
            throw problem("attribute " + name + " has a wrong kind", type, typeOf(attribute));
        }
        return attribute;
    }

    /// The kind of an attribute; in models of IR version 1, of the field that is there.
    static @Nullable AttributeType typeOf(AttributeProto a) {
        if (a.type() != 0) {
            return AttributeType.of(a.type());
        }
        return a.f() != null
                ? AttributeType.FLOAT
                : a.i() != null
                        ? AttributeType.INT
                        : a.s() != null
                                ? AttributeType.STRING
                                : a.t() != null
                                        ? AttributeType.TENSOR
                                        : a.g() != null
                                                ? AttributeType.GRAPH
                                                : !a.floats().isEmpty()
                                                        ? AttributeType.FLOATS
                                                        : !a.ints().isEmpty()
                                                                ? AttributeType.INTS
                                                                : !a.strings().isEmpty()
                                                                        ? AttributeType.STRINGS
                                                                        : null;
    }

    private FormatException problem(String what, Object expected, @Nullable Object got) {
        return new FormatException(
                Problem.of(what)
                        .op(call.op())
                        .node(call.name())
                        .expected(expected)
                        .got(got == null ? "an unknown kind" : got));
    }

    private <T> T present(String name, @Nullable T value) {
        if (value == null) {
            throw problem("attribute " + name + " says nothing", "a value", "none");
        }
        return value;
    }

    @Override
    public boolean has(String name) {
        return call.attributes().containsKey(name);
    }

    @Override
    public long integer(String name) {
        var value = attribute(name, AttributeType.INT).i();
        return value == null ? 0 : value;
    }

    @Override
    public float number(String name) {
        var value = attribute(name, AttributeType.FLOAT).f();
        return value == null ? 0 : value;
    }

    @Override
    public String text(String name) {
        var value = attribute(name, AttributeType.STRING).s();
        return value == null ? "" : value.text();
    }

    @Override
    public Longs integers(String name) {
        return Longs.of(attribute(name, AttributeType.INTS).ints().toArray());
    }

    @Override
    public Floats numbers(String name) {
        return Floats.of(attribute(name, AttributeType.FLOATS).floats().toArray());
    }

    @Override
    public List<String> texts(String name) {
        return attribute(name, AttributeType.STRINGS).strings().stream().map(Bytes::text).toList();
    }

    @Override
    public Tensor tensor(String name) {
        return tensors.tensor(present(name, attribute(name, AttributeType.TENSOR).t()));
    }

    @Override
    public Type type(String name) {
        return Types.type(
                present(name, attribute(name, AttributeType.TYPE_PROTO).tp()), call.name());
    }

    @Override
    public Graph graph(String name) {
        attribute(name, AttributeType.GRAPH);
        return present(name, graphs.get(name));
    }

    @Override
    public DType dtype(String name) {
        return Types.dtype(integer(name), call.name());
    }

    @Override
    public int captures() {
        return captures;
    }

    @Override
    public int inputs() {
        return call.inputs().size();
    }

    @Override
    public int outputs() {
        return call.outputs().size();
    }

    @Override
    public Tensor constantValue() {
        for (var name : call.attributes().keySet()) {
            switch (name) {
                case "value" -> {
                    return tensor(name);
                }
                case "value_float" -> {
                    return Tensor.scalar(number(name));
                }
                case "value_int" -> {
                    return Tensor.scalar(integer(name));
                }
                case "value_string" -> {
                    return Tensor.of(new String[] {text(name)});
                }
                case "value_floats" -> {
                    var values = numbers(name).toArray();
                    return Tensor.of(values, values.length);
                }
                case "value_ints" -> {
                    return Tensor.ofLongs(integers(name).toArray());
                }
                case "value_strings" -> {
                    var values = texts(name).toArray(String[]::new);
                    return Tensor.of(values, values.length);
                }
                case "sparse_value" -> {
                    return tensors.dense(
                            present(
                                    name,
                                    attribute(name, AttributeType.SPARSE_TENSOR).sparseTensor()));
                }
                default -> {}
            }
        }
        throw problem(
                "a constant has no value",
                "value, value_float, value_int, …",
                call.attributes().keySet());
    }
}
