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
    static final KernelRates POOL = new KernelRates(15, 10);
    static final KernelRates POOL_LAST = new KernelRates(30, 20);
    static final KernelRates RESIZE = new KernelRates(1, 1.5);
    static final KernelRates RESIZE_LAST = new KernelRates(5, 10);
    static final KernelRates RESPONSE = new KernelRates(30, 8);

    /// Kernels in Java that are not known better.
    static final KernelRates JAVA = new KernelRates(4, 3);

    /// Reference implementations.
    static final KernelRates REFERENCE = new KernelRates(0.02, 0.02);

    private static final Map<String, KernelRates> CONVOLUTIONS =
            Map.of(
                    "conv-pointwise", new KernelRates(75, 12),
                    "conv-windows-avx2", new KernelRates(70, 12),
                    "conv-avx2", new KernelRates(50, 8),
                    "conv-depthwise-avx2", new KernelRates(60, 20),
                    "conv-depthwise-java", new KernelRates(4, 3),
                    "conv-java", new KernelRates(10, 4),
                    "conv-last-java", new KernelRates(5, 4));

    static KernelRates ofConvolution(String kernel) {
        return CONVOLUTIONS.getOrDefault(kernel, JAVA);
    }
}
