package dev.tenon.kernels.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.reduce.Reduction;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// All numbers first, then the fold.
final class TwoStepMapReduce implements Kernel<MapReduce.Query, MapReduce> {
    @Override
    public String name() {
        return "map-reduce-steps";
    }

    @Override
    public Optional<Refusal> refuses(MapReduce.Query query) {
        return Optional.empty();
    }

    @Override
    public MapReduce bind(MapReduce.Query query, Storage storage) {
        var elementwise =
                new Elementwise.Query(
                        query.expression(),
                        Collections.nCopies(query.inputs(), DType.FLOAT32),
                        DType.FLOAT32,
                        false);
        return new Bound(
                Elementwise.FAMILY
                        .choose(elementwise)
                        .kernel()
                        .orElseThrow(() -> new IllegalStateException("no element-wise kernel"))
                        .bind(elementwise, storage),
                reduction(new Reduction.Query(query.fold()), storage));
    }

    private static Reduction reduction(Reduction.Query query, Storage storage) {
        return Reduction.FAMILY
                .choose(query)
                .kernel()
                .orElseThrow(() -> new IllegalStateException("no reduction"))
                .bind(query, storage);
    }

    private record Bound(Elementwise map, Reduction fold) implements MapReduce {
        @Override
        public Work prepare(
                List<Tensor> inputs,
                long[] dims,
                int from,
                int to,
                Tensor out,
                NativeScratch room) {
            long size = Tensor.size(dims);
            var memory = room.floats(size).asSlice(0, size * Float.BYTES);
            var mapped = Tensor.of(DType.FLOAT32, memory, dims);
            var lines = Lines.between(dims, from, to);
            return Work.sequence(
                    map.prepare(inputs, mapped, room),
                    fold.prepare(memory, out.segment(), lines, room));
        }
    }
}
