package dev.tenon.graph.op.contract;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;
import java.util.Locale;

/// Writes an update into a cache of keys or values, from an index along the sequence axis that each
/// sample has of its own (ONNX `TensorScatter`).
///
/// Inputs: the cache `[B, …, capacity, …]`; the update, as long as the cache or shorter on the
/// sequence axis; the indices `i64[B]`, 0 where they are left out. Output: the new cache.
public record TensorScatter(int axis, Mode mode) implements Contract {
    /// What happens at the end of the cache.
    public enum Mode {
        /// Writing beyond the end is an error.
        LINEAR,
        /// Writing goes on at the beginning.
        CIRCULAR;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static final OpDef<TensorScatter> DEF =
            OpDef.of(TensorScatter.class)
                    .inputs(2, 3)
                    .infer(TensorScatter::infer)
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops((_, _) -> 0)
                    .onnx(
                            "TensorScatter",
                            24,
                            a ->
                                    new TensorScatter(
                                            a.axis("axis", -2), a.choice("mode", Mode.LINEAR)))
                    .build();

    @Override
    public OpDef<TensorScatter> def() {
        return DEF;
    }

    private static List<Type> infer(TensorScatter op, InferContext in) {
        in.requireSameDtype(0, 1);
        var cache = in.shape(0);
        var update = in.shape(1);
        if (cache.isRanked() && update.isRanked()) {
            in.requireRank(1, cache.rank(), cache.rank());
            int axis = in.axis(op.axis, cache.rank());
            if (axis == 0) {
                throw in.error(
                        Problem.of("the sequence axis is the batch axis")
                                .expected("an axis other than 0"));
            }
            for (int i = 0; i < cache.rank(); i++) {
                if (i != axis) {
                    in.same(cache.dim(i), update.dim(i));
                } else if (update.dim(i).minus(cache.dim(i)).known().orElse(0) > 0) {
                    throw in.error(
                            Problem.of("the update is longer than the cache")
                                    .expected("at most " + cache.dim(i))
                                    .got(update.dim(i)));
                }
            }
        }
        return List.of(in.type(0));
    }

    private Tensor evaluate(EvalContext in) {
        var result = in.tensor(0).copy();
        var update = in.tensor(1);
        var indices = in.optionalTensor(2);
        int sequence = Nd.axis(axis, result.rank());
        long capacity = result.dim(sequence);
        var strides = Nd.strides(result.dims());
        long[] from = {0};
        Nd.walk(
                update.dims(),
                at -> {
                    var target = at.clone();
                    long position = at[sequence] + (indices == null ? 0 : indices.getLong(at[0]));
                    if (mode == Mode.LINEAR && (position < 0 || position >= capacity)) {
                        throw new InputException(
                                Problem.of("an update lies outside of the cache")
                                        .expected("0 to " + (capacity - 1))
                                        .got(position));
                    }
                    target[sequence] = Math.floorMod(position, capacity);
                    result.copyElement(Nd.offset(target, strides), update, from[0]++);
                });
        return result;
    }
}
