package dev.tenon.kernels.attention;

import dev.tenon.kernels.Sample;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.attention.Attention.Heads;
import java.util.List;
import java.util.stream.Stream;

/// Heads that share keys and values, each query seeing those up to its own.
final class AttentionSamples {
    private static final int HEADS = 4;
    private static final int SHARED = 2;
    private static final int LENGTH = 37;
    private static final int SIZE = 24;

    private AttentionSamples() {}

    static List<Sample<Attention.Query, Attention>> all() {
        return Stream.of(0f, 2f).map(AttentionSamples::of).toList();
    }

    private static Sample<Attention.Query, Attention> of(float softcap) {
        var visible = new Visibility(null, LENGTH, new long[1], Visibility.UNBOUNDED, 0, null);
        return new Sample<>(
                new Attention.Query(softcap),
                attention -> {
                    var out = Sample.result(HEADS * LENGTH * SIZE);
                    var call =
                            new Attention.Call(
                                    1,
                                    operand(HEADS),
                                    operand(SHARED),
                                    operand(SHARED),
                                    Heads.apart(out, 0, HEADS, LENGTH, SIZE),
                                    0.5f,
                                    visible);
                    attention.run(call, Workers.CALLER);
                    return Sample.values(out);
                });
    }

    private static Heads operand(int heads) {
        return Heads.apart(Sample.operand(heads * LENGTH * SIZE), 0, heads, LENGTH, SIZE);
    }
}
