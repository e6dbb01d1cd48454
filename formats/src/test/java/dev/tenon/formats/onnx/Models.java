package dev.tenon.formats.onnx;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.formats.onnx.proto.FunctionProto;
import dev.tenon.formats.onnx.proto.GraphProto;
import dev.tenon.formats.onnx.proto.ModelProto;
import dev.tenon.formats.onnx.proto.NodeProto;
import dev.tenon.formats.onnx.proto.OnnxWire;
import dev.tenon.formats.onnx.proto.OperatorSetIdProto;
import dev.tenon.formats.onnx.proto.TensorProto;
import dev.tenon.formats.onnx.proto.ValueInfoProto;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Small ONNX models, built message by message.
final class Models {
    private final List<NodeProto> nodes = new ArrayList<>();
    private final List<TensorProto> initializers = new ArrayList<>();
    private final List<ValueInfoProto> inputs = new ArrayList<>();
    private final List<ValueInfoProto> outputs = new ArrayList<>();
    private final List<FunctionProto> functions = new ArrayList<>();
    private final List<OperatorSetIdProto> opsets = new ArrayList<>();

    private Models(int opset) {
        opsets.add(new OperatorSetIdProto("", opset));
    }

    static Models opset(int version) {
        return new Models(version);
    }

    Models opset(String domain, int version) {
        opsets.add(new OperatorSetIdProto(domain, version));
        return this;
    }

    Models input(String name, Type type) {
        inputs.add(ValueInfoProto.of(name, Types.proto(type)));
        return this;
    }

    /// An input whose type says nothing of the shape.
    Models input(String name, DType dtype) {
        return input(name, Type.tensor(dtype, Shape.unranked()));
    }

    Models initializer(String name, Tensor tensor) {
        return initializer(Tensors.proto(name, tensor));
    }

    Models initializer(TensorProto tensor) {
        initializers.add(tensor);
        return this;
    }

    Models node(NodeProto node) {
        nodes.add(node);
        return this;
    }

    /// A node, such as `node("y = Clip(x, lo)")`; a name may be empty.
    Models node(String text, AttributeProto... attributes) {
        return node(node(text, "", attributes));
    }

    static NodeProto node(String text, String domain, AttributeProto... attributes) {
        var parts = text.split("[=()]", -1);
        return NodeProto.of(
                "",
                domain,
                parts[1].strip(),
                names(parts[2]),
                names(parts[0]),
                List.of(attributes));
    }

    private static List<String> names(String text) {
        return text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    Models function(FunctionProto function) {
        functions.add(function);
        return this;
    }

    /// An output of undeclared type.
    Models output(String... names) {
        for (var name : names) {
            outputs.add(new ValueInfoProto(name, null, "", List.of()));
        }
        return this;
    }

    Models output(String name, Type type) {
        outputs.add(ValueInfoProto.of(name, Types.proto(type)));
        return this;
    }

    GraphProto proto() {
        return GraphProto.of("test", nodes, initializers, inputs, outputs, List.of());
    }

    byte[] bytes() {
        return bytes(
                new ModelProto(
                        10, opsets, "", "", "", 0, "", proto(), List.of(), List.of(), functions,
                        List.of()));
    }

    static byte[] bytes(ModelProto model) {
        var out = new ByteArrayOutputStream();
        OnnxWire.write(model, out);
        return out.toByteArray();
    }

    Graph graph() {
        return Onnx.read(bytes());
    }

    List<Datum> run(Datum... given) {
        return new Interpreter(1).run(graph(), List.of(given));
    }
}
