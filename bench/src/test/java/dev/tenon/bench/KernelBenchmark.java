package dev.tenon.bench;

import dev.tenon.bench.kernels.KernelCases;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The kernel that each family picks, case by case, under JMH: `scripts/jmh KernelBenchmark`.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Thread)
public class KernelBenchmark {
    /// One case a family; `-p kernelCase=…` takes any that `tenon bench kernels` lists.
    @Param({
        "gemm 384×768×768",
        "integer-gemm 128×1536×384",
        "attention 12×128×32",
        "lstm 1×1×128→128",
        "conv 28² 128→128 3×3 last",
        "conv 56² 64→256 1×1 last",
        "depthwise 112² 32→32 3×3 last",
        "transposed-conv 160² 24→24 2×2 stride 2 last",
        "pool MAX 112² 64→64 3×3 stride 2 last",
        "elementwise gelu 1179648",
        "softmax 4608×384",
        "normalize DEVIATION 384×768",
        "reduce MEAN 512×3136×1",
        "resample NEAREST 80²×96 to 160² last"
    })
    public String kernelCase = "";

    private Runnable run = () -> {};

    @Setup(Level.Trial)
    public void bind() {
        run = KernelCases.find(kernelCase).candidates().getFirst().run();
    }

    @Benchmark
    public void picked() {
        run.run();
    }
}
