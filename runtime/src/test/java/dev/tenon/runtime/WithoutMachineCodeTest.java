package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.op.contract.MatMul;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A model runs on Java kernels where machine code may not, and its plan says why.
class WithoutMachineCodeTest {
    private static final String RESULT = "result [19.0, 22.0, 43.0, 50.0]";

    /// Runs a product and prints its plan and result.
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            var builder = Graph.builder("product");
            var x = builder.input("x", Type.tensor(DType.FLOAT32, 2, 2));
            var weights = builder.constant("w", Tensor.of(new float[] {5, 6, 7, 8}, 2, 2));
            builder.output("y", builder.add(new MatMul(), x, weights));
            try (var model = Model.of(builder.build(), LoadOptions.DEFAULT)) {
                model.plan().forEach(System.out::println);
                var y =
                        (Tensor)
                                model.run(Map.of("x", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2)))
                                        .get("y");
                System.out.println("result " + Arrays.toString(y.toFloats()));
            }
        }
    }

    @Test
    void refusedNativeAccess() throws Exception {
        var output = run("--illegal-native-access=deny");
        assertTrue(output.contains(RESULT), output);
        assertTrue(output.contains("gemm-java"), output);
        assertTrue(output.contains("gemm-vector: native access is refused"), output);
        assertEquals(2, output.split("Machine code is not used", -1).length, output);
    }

    @Test
    void excludedByProperty() throws Exception {
        var output = run("--enable-native-access=ALL-UNNAMED", "-Dtenon.isa=java");
        assertTrue(output.contains(RESULT), output);
        assertTrue(output.contains("gemm-vector: -Dtenon.isa=java excludes it"), output);
        assertEquals(1, output.split("Machine code is not used", -1).length, output);
    }

    private static String run(String... options) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        return text;
    }
}
