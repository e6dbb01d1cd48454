package dev.tenon.passes;

import dev.tenon.base.Type;
import dev.tenon.graph.Node;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.generate.Constant;
import java.util.List;

/// What a change of a graph saves in one run; negative where it costs more. Extents that are not
/// known count as nothing.
///
/// @param nodes how many fewer nodes there are, constants apart
/// @param flops floating-point operations
/// @param bytes bytes written to intermediate results
public record Savings(int nodes, double flops, long bytes) {
    public static final Savings NONE = new Savings(0, 0, 0);

    static Savings of(List<Node> dropped, List<Node> added) {
        return of(dropped).minus(of(added));
    }

    private static Savings of(List<Node> nodes) {
        int count = 0;
        double flops = 0;
        long bytes = 0;
        for (var node : nodes) {
            if (!(node.op() instanceof Constant)) {
                count++;
                flops += OpDef.flops(node);
                for (var output : node.outputs()) {
                    if (output.isPresent()
                            && output.type() instanceof Type.OfTensor(var dtype, var shape)) {
                        bytes += dtype.bytes(shape.knownSize().orElse(0));
                    }
                }
            }
        }
        return new Savings(count, flops, bytes);
    }

    public Savings plus(Savings other) {
        return new Savings(nodes + other.nodes, flops + other.flops, bytes + other.bytes);
    }

    private Savings minus(Savings other) {
        return new Savings(nodes - other.nodes, flops - other.flops, bytes - other.bytes);
    }
}
