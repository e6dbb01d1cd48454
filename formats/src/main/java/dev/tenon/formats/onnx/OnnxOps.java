package dev.tenon.formats.onnx;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.UnsupportedException;
import dev.tenon.graph.AttributeSink;
import dev.tenon.graph.Attributes;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.Ops;

/// The operators of ONNX files; an operator has the same name there and in Tenon.
final class OnnxOps {
    private OnnxOps() {}

    static boolean isConstant(Call call) {
        return call.domain().isEmpty() && call.op().equals("Constant");
    }

    /// The operator of a call in its newest form.
    ///
    /// @throws UnsupportedException when Tenon does not have it
    static Op read(Call call, Attributes attributes) {
        var def = Ops.byName(call.op());
        var onnx = def == null ? null : def.onnx().orElse(null);
        if (onnx == null
                || !onnx.domain().equals(call.domain())
                || !onnx.name().equals(call.op())) {
            var id = call.domain().isEmpty() ? call.op() : call.domain() + "." + call.op();
            throw new UnsupportedException(
                    Problem.of("no such operator")
                            .op(call.op())
                            .node(call.name())
                            .expected(
                                    "an operator of ai.onnx, or a function that the model defines")
                            .got(id)
                            .advice("Export the model with standard operators"));
        }
        try {
            return onnx.reader().apply(attributes);
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new FormatException(
                    Problem.of("an attribute has a wrong value (" + e.getMessage() + ")")
                            .op(call.op())
                            .node(call.name()),
                    e);
        }
    }

    /// Writes a node's attributes.
    ///
    /// @return how the operator stands in ONNX files
    /// @throws UnsupportedException when ONNX does not have it
    static OpDef.Onnx<?> write(Node node, AttributeSink out) {
        return write(node, node.op().def(), out);
    }

    @SuppressWarnings("unchecked")
    private static <O extends Op> OpDef.Onnx<O> write(Node node, OpDef<O> def, AttributeSink out) {
        var onnx =
                def.onnx()
                        .orElseThrow(
                                () ->
                                        new UnsupportedException(
                                                Problem.of("ONNX has no such operator")
                                                        .op(def.name())
                                                        .node(node.name())
                                                        .advice(
                                                                "Write the graph before the passes"
                                                                        + " that made it for this"
                                                                        + " machine")));
        onnx.writer().write((O) node.op(), out);
        return onnx;
    }
}
