package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.kernels.Storage;
import dev.tenon.testkit.Generator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedWeightsTest {
    private static Graph graph() {
        var random = new Generator(6);
        var builder = Graph.builder("weights");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 1, 2048));
        var weights = builder.constant(random.tame(DType.FLOAT32, 2048, 1024));
        builder.output("y", builder.add(new MatMul(), x, weights));
        return builder.build();
    }

    @Test
    void modelsOfOneFilePackTheirWeightsOnce(@TempDir Path folder) throws IOException {
        Assumptions.assumeTrue(
                dev.tenon.kernels.gemm.emitted.GemmRoutines.here()
                        instanceof dev.tenon.kernels.gemm.emitted.GemmRoutines.Availability.Ready);
        var file = folder.resolve("weights.onnx");
        Onnx.write(graph(), file);
        var x = Map.of("x", new Generator(7).tame(DType.FLOAT32, 1, 2048));
        long before = Storage.sharedBytes();
        var models = new ArrayList<Model>();
        for (int i = 0; i < 4; i++) {
            models.add(Model.load(file));
            assertEquals(2048 * 1024 * Float.BYTES, Storage.sharedBytes() - before);
        }
        var expected = (Tensor) models.getFirst().run(x).get("y");
        while (!models.isEmpty()) {
            models.removeFirst().close();
            for (var model : models) {
                assertTrue(expected.contentEquals((Tensor) model.run(x).get("y")));
            }
        }
        assertEquals(before, Storage.sharedBytes());
    }
}
