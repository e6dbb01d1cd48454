package dev.tenon.kernels;

import dev.tenon.asm.exec.Emission;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Holds emitted kernels against kernels in Java, each once a process, before they are used.
///
/// The system property `tenon.selfcheck` says when: `unknown` (the default) on processors that are
/// not listed in `tested-processors.txt`, `always`, or `never`.
final class SelfCheck {
    /// Results may differ by so much of the largest one.
    private static final double TOLERANCE = 1e-4;

    private static final String TESTED = "tested-processors.txt";

    private enum When {
        UNKNOWN,
        ALWAYS,
        NEVER
    }

    private static final class Process {
        static final boolean CHECKS = checks();

        private static boolean checks() {
            return switch (when()) {
                case ALWAYS -> true;
                case NEVER -> false;
                case UNKNOWN ->
                        Emission.here() instanceof Emission.Possible possible
                                && !tested().contains(possible.processor());
            };
        }
    }

    /// What was found; empty where nothing is wrong.
    private static final Map<Kernel<?, ?>, Optional<String>> FOUND = new ConcurrentHashMap<>();

    private SelfCheck() {}

    private static When when() {
        var wanted = System.getProperty("tenon.selfcheck", When.UNKNOWN.name());
        return Arrays.stream(When.values())
                .filter(when -> when.name().equals(wanted.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                        () ->
                                new InputException(
                                        Problem.of("the system property tenon.selfcheck is none of")
                                                .expected("unknown, always or never")
                                                .got(wanted)));
    }

    /// The processors that the tests of Tenon were run on, a line each.
    static List<String> tested() {
        try (InputStream in = SelfCheck.class.getResourceAsStream(TESTED)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + TESTED + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Why a kernel may not be used on this processor; empty when it may.
    static <Q, B> Optional<Refusal> refusal(KernelFamily<Q, B> family, Kernel<Q, B> kernel) {
        return kernel instanceof EmittedKernel && Process.CHECKS
                ? found(family, kernel).flatMap(kernel::refuse)
                : Optional.empty();
    }

    private static <Q, B> Optional<String> found(KernelFamily<Q, B> family, Kernel<Q, B> kernel) {
        var known = FOUND.get(kernel);
        if (known != null) {
            return known;
        }
        // Outside the map: a sample may lead to kernels of other families.
        var found = disagreement(family, kernel);
        if (FOUND.putIfAbsent(kernel, found) == null && found.isPresent()) {
            System.getLogger("dev.tenon.kernels")
                    .log(
                            Level.WARNING,
                            String.format(
                                    Locale.ROOT,
                                    "The kernel %s is not used: %s. Another kernel runs instead;"
                                        + " please report this with the model of the processor.",
                                    kernel.name(),
                                    found.get()));
        }
        return found;
    }

    /// How a kernel differs from the kernel in Java on the samples that both take, one sentence
    /// without a full stop; empty where it does not.
    static <Q, B> Optional<String> disagreement(KernelFamily<Q, B> family, Kernel<Q, B> kernel) {
        for (var sample : family.samples().get()) {
            if (kernel.refuses(sample.query()).isEmpty()) {
                var reference = family.inJava(sample.query());
                var expected = sample.run().apply(reference.bind(sample.query()));
                var got = sample.run().apply(kernel.bind(sample.query()));
                var difference = difference(expected, got);
                if (difference.isPresent()) {
                    return Optional.of(
                            difference.get() + ", by " + reference.name() + " on this processor");
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> difference(float[] expected, float[] got) {
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            // Not less than the tolerance: a NaN is a difference.
            if (!(Math.abs(expected[i] - got[i]) <= TOLERANCE * largest)) {
                return Optional.of(
                        String.format(
                                Locale.ROOT,
                                "it computes %s where %s is expected",
                                got[i],
                                expected[i]));
            }
        }
        return Optional.empty();
    }
}
