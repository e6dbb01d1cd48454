package dev.tenon.bench.kernels;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import java.util.List;
import java.util.stream.Stream;

/// The operations that kernels are measured on.
public final class KernelCases {
    private KernelCases() {}

    public static List<KernelCase<?, ?>> all() {
        return Stream.of(ProductCases.all(), ConvolutionCases.all(), RowCases.all())
                .<KernelCase<?, ?>>flatMap(List::stream)
                .toList();
    }

    /// @throws InputException when there is no case of that name
    public static KernelCase<?, ?> find(String name) {
        return all().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new InputException(
                                        Problem.of("there is no such case of a kernel").got(name)));
    }
}
