package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.testkit.Generator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Loads a model, runs it and closes it, over and over. `-Dtest.args=-Dsoak.loads=10000` goes on
/// for that many times, and `-Dsoak.model=FILE` takes a model whose inputs have known extents.
class SoakTest {
    private static final int LOADS = Integer.getInteger("soak.loads", 60);
    private static final Path STATUS = Path.of("/proc/self/status");

    /// What memory may grow by, whatever the number of loads: less than the weights of three models
    /// that were not freed.
    private static final long SLACK_KB = 48 << 10;

    /// A convolution by minimal filtering and a product: 16 MiB of weights, more when packed.
    private static Graph graph() {
        var random = new Generator(5);
        var builder = Graph.builder("soak");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 1, 64, 8, 8));
        var conv =
                builder.add(
                        new Conv(AutoPad.SAME_UPPER, null, 1, null, null, null),
                        x,
                        builder.constant(random.tame(DType.FLOAT32, 64, 64, 3, 3)));
        var row =
                builder.add(
                        new Reshape(false),
                        builder.add(Unary.RELU, conv),
                        builder.constant(Tensor.ofLongs(1, 4096)));
        var weights = builder.constant(random.tame(DType.FLOAT32, 4096, 1024));
        builder.output("y", builder.add(new MatMul(), row, weights));
        return builder.build();
    }

    /// A line of the process's status, in kB.
    private static long status(String name) throws IOException {
        for (var line : Files.readAllLines(STATUS)) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new AssertionError(name);
    }

    private static Map<String, Tensor> inputs(Model model) {
        var inputs = new java.util.HashMap<String, Tensor>();
        for (var port : model.inputs()) {
            var type = (Type.OfTensor) port.type();
            inputs.put(port.name(), Tensor.zeros(type.dtype(), type.shape().toLongs()));
        }
        return inputs;
    }

    private static void loadRunClose(Path file) {
        try (var model = Model.load(file, LoadOptions.DEFAULT.withThreads(1))) {
            var inputs = inputs(model);
            for (int i = 0; i < 3; i++) {
                model.run(inputs);
            }
        }
    }

    @Test
    void memoryStaysFlat(@TempDir Path folder) throws IOException {
        Assumptions.assumeTrue(Files.exists(STATUS), "the system does not tell");
        var given = System.getProperty("soak.model");
        var file = given == null ? folder.resolve("soak.onnx") : Path.of(given);
        if (given == null) {
            Onnx.write(graph(), file);
        }
        for (int i = 0; i < LOADS / 4; i++) {
            loadRunClose(file);
        }
        System.gc();
        long resident = status("VmRSS");
        long mapped = status("VmSize");
        for (int i = 1; i <= LOADS; i++) {
            loadRunClose(file);
            if (i % 1000 == 0) {
                System.out.println(i + " loads: VmRSS " + status("VmRSS") + " kB");
            }
        }
        System.gc();
        long residentGrowth = status("VmRSS") - resident;
        long mappedGrowth = status("VmSize") - mapped;
        var grown = residentGrowth + " kB resident, " + mappedGrowth + " kB mapped more";
        assertTrue(residentGrowth < SLACK_KB + heapGrowth(), grown);
        assertTrue(mappedGrowth < 4 * SLACK_KB, grown);
    }

    /// What the garbage collector may have taken of its heap meanwhile, in kB.
    private static long heapGrowth() {
        return Runtime.getRuntime().totalMemory() / 1024;
    }
}
