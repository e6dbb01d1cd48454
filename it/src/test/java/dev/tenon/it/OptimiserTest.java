package dev.tenon.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipelines;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// How small real models become.
class OptimiserTest {
    private static final PassContext VERIFIED = PassContext.DEFAULT.withVerify(true);

    @Test
    void whatIsLeftToRun() {
        assertTrue(nodes(fused(RealModels.path("minilm"))) <= 60);
        var det = fused(RealModels.path("ppocr-det"));
        var left = Set.of("BatchNormalization", "HardSwish", "HardSigmoid", "Transpose");
        assertTrue(det.nodes().stream().noneMatch(n -> left.contains(n.op().def().name())));
        var suite = SuiteFiles.root();
        if (suite != null) {
            var resnet = suite.resolve("light").resolve("light_resnet50.onnx");
            assertTrue(nodes(fused(resnet)) <= 60);
        }
    }

    private static Graph fused(Path model) {
        return Pipelines.codegen().run(Onnx.read(model), VERIFIED);
    }

    /// Nodes of a graph and its subgraphs, constants apart.
    private static long nodes(Graph graph) {
        long count = 0;
        for (var node : graph.nodes()) {
            count += node.op() instanceof Constant ? 0 : 1;
            for (var inner : Subgraphs.of(node.op()).values()) {
                count += nodes(inner);
            }
        }
        return count;
    }
}
