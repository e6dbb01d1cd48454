package dev.tenon.cli;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.data.json.Json;
import dev.tenon.data.json.JsonReader;
import dev.tenon.graph.Graph;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.elementwise.Binary;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/// Runs commands as a shell would, and keeps what they print.
record Cli(int code, String out, String err) {
    static Cli run(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        int code =
                Main.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(texts);
        return new Cli(code, out.toString(), err.toString());
    }

    Json.OfObject json() {
        return JsonReader.read(out).asObject();
    }

    /// `y = x · weights + bias` for `x: f32[N,2]`.
    static Graph linear(float... weights) {
        var builder = Graph.builder("linear");
        var x =
                builder.input(
                        "x", Type.tensor(DType.FLOAT32, Shape.of(Dim.symbol("N"), Dim.of(2))));
        var w = builder.constant("w", Tensor.of(weights, 2, weights.length / 2));
        var product = builder.add(new MatMul(), "product", List.of(x, w), 1).getFirst();
        var bias =
                builder.constant(
                        "bias", Tensor.of(new float[weights.length / 2], weights.length / 2));
        var sum = builder.add(Binary.ADD, "sum", List.of(product, bias), 1).getFirst();
        builder.output("y", sum);
        return builder.build();
    }
}
