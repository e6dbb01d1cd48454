package dev.tenon.runtime;

import java.util.Map;

/// How fast a kernel is where it is neither small nor bound by memory outside the caches.
///
/// @param flops operations a nanosecond
/// @param bytes bytes read and written a nanosecond
record KernelRates(double flops, double bytes) {
    static final KernelRates COPY = new KernelRates(1e3, 25);
    static final KernelRates SHORT_ROWS = new KernelRates(1e3, 12);
    static final KernelRates TRANSPOSE = new KernelRates(1e3, 20);
    static final KernelRates ELEMENTWISE = new KernelRates(10, 10);
    static final KernelRates REDUCE = new KernelRates(10, 5);
    static final KernelRates NORM = new KernelRates(2, 5);
    static final KernelRates RESPONSE = new KernelRates(30, 8);

    /// Kernels in Java that are not known better.
    static final KernelRates JAVA = new KernelRates(4, 3);

    /// Reference implementations.
    static final KernelRates REFERENCE = new KernelRates(0.02, 0.02);

    private static final Map<String, KernelRates> BY_NAME =
            Map.ofEntries(
                    Map.entry("gemm-vector", new KernelRates(80, 12)),
                    Map.entry("gemm-java", new KernelRates(12, 5)),
                    Map.entry("conv-winograd-vector", new KernelRates(180, 10)),
                    Map.entry("conv-windows-vector", new KernelRates(75, 12)),
                    Map.entry("conv-grouped-vector", new KernelRates(65, 12)),
                    Map.entry("conv-narrow-vector", new KernelRates(75, 20)),
                    Map.entry("conv-vector", new KernelRates(55, 8)),
                    Map.entry("conv-depthwise-vector", new KernelRates(60, 20)),
                    Map.entry("conv-depthwise-java", new KernelRates(4, 3)),
                    Map.entry("conv-java", new KernelRates(12, 4)),
                    Map.entry("conv-last-java", new KernelRates(8, 4)),
                    Map.entry("transposed-conv-gemm", new KernelRates(60, 8)),
                    Map.entry("transposed-conv-java", new KernelRates(5, 4)),
                    Map.entry("transposed-conv-java-last", new KernelRates(5, 4)),
                    Map.entry("pool-vector-last", new KernelRates(30, 20)),
                    Map.entry("pool-vector-first", new KernelRates(15, 10)),
                    Map.entry("pool-java", new KernelRates(1.5, 5)),
                    Map.entry("pool-java-last", new KernelRates(3, 5)),
                    Map.entry("resample-vector-nearest", new KernelRates(1e3, 10)),
                    Map.entry("resample-vector-linear", new KernelRates(10, 10)),
                    Map.entry("resample-vector-nearest-first", new KernelRates(1e3, 10)),
                    Map.entry("resample-java", new KernelRates(2, 1.5)),
                    Map.entry("resample-java-last", new KernelRates(5, 5)));

    /// The rates of a kernel by its name.
    ///
    /// @throws IllegalStateException when they are not in the table
    static KernelRates of(String kernel) {
        var rates = BY_NAME.get(kernel);
        if (rates == null) {
            throw new IllegalStateException("kernel " + kernel + " has no rates");
        }
        return rates;
    }
}
