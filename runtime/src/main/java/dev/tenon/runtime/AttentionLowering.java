package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.contract.Attention;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.attention.Attention.Call;
import dev.tenon.kernels.attention.Attention.Heads;
import dev.tenon.kernels.attention.Attention.Query;
import dev.tenon.kernels.attention.Visibility;
import dev.tenon.kernels.attention.Visibility.Mask;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Binds attention to kernels.
final class AttentionLowering {
    private static final int MASK = 3;
    private static final int PAST_KEY = 4;
    private static final int PAST_VALUE = 5;
    private static final int VALID_KEYS = 6;
    private static final int SCORES = 3;

    private AttentionLowering() {}

    /// Where queries, keys, values and what follows them come from.
    ///
    /// @param columns the extents of queries, keys and values in one packed input; null where each
    ///   is an input
    private record Sources(@Nullable Longs columns) {
        private static final int PARTS = 3;

        /// The index at the node of an input of attention.
        int index(int input) {
            return columns == null ? input : Math.max(0, input - PARTS + 1);
        }

        Tensor tensor(Frame frame, int input) {
            return frame.tensor(index(input));
        }

        @Nullable Tensor optional(Frame frame, int input) {
            return frame.optional(index(input));
        }

        Heads heads(Frame frame, int input, @Nullable Integer heads) {
            var tensor = tensor(frame, input);
            return columns == null
                    ? AttentionLowering.heads(tensor, heads)
                    : AttentionLowering.packed(tensor, columns, input, heads);
        }
    }

    static Lowered lower(Node node, Attention op) {
        return lower(node, op, new Sources(null));
    }

    /// Attention whose queries, keys and values are columns of the first input.
    static Lowered ofColumns(Node node, Attention op, Longs columns) {
        var shape = node.input(0).tensorType().shape();
        return columns.size() == Sources.PARTS && shape.isRanked() && shape.rank() == 3
                ? lower(node, op, new Sources(columns))
                : Lowering.reference(node, "columns are not of queries, keys and values in rows");
    }

    private static Lowered lower(Node node, Attention op, Sources from) {
        int maskAt = from.index(MASK);
        if (!Lowering.isFloat(node, 0, from.index(1), from.index(2))
                || !Lowering.isFloat(node, from.index(PAST_KEY), from.index(PAST_VALUE))
                || node.input(maskAt).isPresent()
                        && !Lowering.hasDtype(node, maskAt, DType.FLOAT32)
                        && !Lowering.hasDtype(node, maskAt, DType.BOOL)
                || op.softmaxPrecision() != null && op.softmaxPrecision() != DType.FLOAT32) {
            return Lowering.reference(node, "the elements are not f32");
        }
        if (node.outputs().size() > SCORES && node.outputs().get(SCORES).isPresent()) {
            return Lowering.reference(node, "the scores are asked for");
        }
        if (node.input(maskAt).isPresent()) {
            var shape = node.input(maskAt).tensorType().shape();
            if (!shape.isRanked() || shape.rank() < 1 || shape.rank() > 4) {
                return Lowering.reference(node, "the rank of the mask is not known to be 1 to 4");
            }
        }
        return Lowering.choose(
                node,
                dev.tenon.kernels.attention.Attention.FAMILY,
                new Query(op.softcap()),
                kernel -> frame -> prepare(frame, op, from, kernel));
    }

    private static Work prepare(
            Frame frame, Attention op, Sources from, dev.tenon.kernels.attention.Attention kernel) {
        var query = from.tensor(frame, 0);
        var q = from.heads(frame, 0, op.qNumHeads());
        var k = from.heads(frame, 1, op.kvNumHeads());
        var v = from.heads(frame, 2, op.kvNumHeads());
        check(List.of(query, from.tensor(frame, 1), from.tensor(frame, 2)), q, k, v);
        int batch = Math.toIntExact(query.dim(0));
        var y =
                query.rank() == 4
                        ? frame.output(0, DType.FLOAT32, batch, q.heads(), q.length(), v.size())
                        : frame.output(
                                0, DType.FLOAT32, batch, q.length(), (long) q.heads() * v.size());
        var out =
                query.rank() == 4
                        ? Heads.apart(y.segment(), 0, q.heads(), q.length(), v.size())
                        : Heads.packed(
                                y.segment(),
                                0,
                                q.heads(),
                                q.length(),
                                v.size(),
                                (long) q.heads() * v.size());
        var pastKey = from.optional(frame, PAST_KEY);
        var pastValue = from.optional(frame, PAST_VALUE);
        var presentKey = present(frame, 1, batch, k, pastKey);
        var presentValue = present(frame, 2, batch, v, pastValue);
        var mask = from.optional(frame, MASK);
        var valid = from.optional(frame, VALID_KEYS);
        double scale = op.scale() == null ? 1 / Math.sqrt(q.size()) : op.scale();
        var room = frame.room();
        var keys = all(batch, k, pastKey, presentKey, room);
        var values = all(batch, v, pastValue, presentValue, room);
        long past = pastKey == null ? 0 : pastKey.dim(2);
        var visibility = visibility(op, mask, valid, batch, q, keys, past);
        var attention =
                kernel.prepare(
                        new Call(batch, q, keys, values, out, (float) scale, visibility), room);
        return Work.sequence(
                append(batch, k, pastKey, keys),
                append(batch, v, pastValue, values),
                valid == null ? Work.NONE : _ -> read(valid, q.length(), visibility),
                attention);
    }

    private static Heads heads(Tensor tensor, @Nullable Integer heads) {
        if (tensor.rank() == 4) {
            return Heads.apart(
                    tensor.segment(),
                    0,
                    Math.toIntExact(tensor.dim(1)),
                    Math.toIntExact(tensor.dim(2)),
                    Math.toIntExact(tensor.dim(3)));
        }
        if (tensor.rank() != 3 || heads == null || tensor.dim(2) % heads != 0) {
            throw new InputException(
                    Problem.of("the heads cannot be told apart")
                            .expected("rank 4, or rank 3 with a last axis that the heads divide")
                            .got(tensor.type()));
        }
        int width = Math.toIntExact(tensor.dim(2));
        return Heads.packed(
                tensor.segment(), 0, heads, Math.toIntExact(tensor.dim(1)), width / heads, width);
    }

    /// Heads that are columns of a tensor of rank 3.
    private static Heads packed(Tensor tensor, Longs columns, int part, @Nullable Integer heads) {
        long width = columns.stream().sum();
        if (tensor.rank() != 3
                || heads == null
                || tensor.dim(2) != width
                || columns.get(part) % heads != 0) {
            throw new InputException(
                    Problem.of("the heads cannot be told apart")
                            .expected("rank 3 with " + columns + " columns that the heads divide")
                            .got(tensor.type()));
        }
        return Heads.packed(
                tensor.segment(),
                columns.stream().limit(part).sum(),
                heads,
                Math.toIntExact(tensor.dim(1)),
                Math.toIntExact(columns.get(part) / heads),
                width);
    }

    private static void check(List<Tensor> inputs, Heads q, Heads k, Heads v) {
        long batch = inputs.getFirst().dim(0);
        if (k.heads() == 0
                || q.heads() % k.heads() != 0
                || q.size() != k.size()
                || k.heads() != v.heads()
                || k.length() != v.length()
                || inputs.stream().anyMatch(t -> t.dim(0) != batch)) {
            throw new InputException(
                    Problem.of("queries, keys and values do not fit")
                            .expected("equal batches and features, and a multiple of the heads")
                            .got(inputs.stream().map(Tensor::type).toList()));
        }
    }

    /// The output for past positions and the new ones behind them; null where nobody wants it.
    private static @Nullable Tensor present(
            Frame frame, int output, int batch, Heads added, @Nullable Tensor past) {
        long before = past == null ? 0 : past.dim(2);
        long[] dims = {batch, added.heads(), before + added.length(), added.size()};
        if (past != null) {
            checkPast(past, dims);
        }
        return frame.wants(output) ? frame.output(output, DType.FLOAT32, dims) : null;
    }

    /// Where past positions and the new ones behind them are: in the output if there is one.
    private static Heads all(
            int batch,
            Heads added,
            @Nullable Tensor past,
            @Nullable Tensor present,
            NativeScratch room) {
        if (past == null && present == null) {
            return added;
        }
        int length = length(past) + added.length();
        var memory =
                present != null
                        ? present.segment()
                        : room.floats((long) batch * added.heads() * length * added.size());
        return Heads.apart(memory, 0, added.heads(), length, added.size());
    }

    private static int length(@Nullable Tensor past) {
        return past == null ? 0 : Math.toIntExact(past.dim(2));
    }

    /// Puts past positions and the new ones behind them where all of them are.
    private static Work append(int batch, Heads added, @Nullable Tensor past, Heads all) {
        if (all.equals(added)) {
            return Work.NONE;
        }
        int before = length(past);
        var old =
                past == null
                        ? null
                        : Heads.apart(past.segment(), 0, added.heads(), before, added.size());
        return _ -> {
            if (old != null) {
                copy(old, all, batch, 0);
            }
            copy(added, all, batch, before);
        };
    }

    private static void checkPast(Tensor past, long[] dims) {
        if (past.rank() != 4
                || past.dim(0) != dims[0]
                || past.dim(1) != dims[1]
                || past.dim(3) != dims[3]) {
            throw new InputException(
                    Problem.of("past positions do not fit the new ones")
                            .expected(Arrays.toString(dims) + " but for the third axis")
                            .got(past.type()));
        }
    }

    private static void copy(Heads from, Heads to, int batch, int position) {
        long bytes = (long) from.size() * Float.BYTES;
        for (int sample = 0; sample < batch; sample++) {
            for (int head = 0; head < from.heads(); head++) {
                for (int i = 0; i < from.length(); i++) {
                    MemorySegment.copy(
                            from.memory(),
                            from.at(sample, head, i) * Float.BYTES,
                            to.memory(),
                            to.at(sample, head, position + i) * Float.BYTES,
                            bytes);
                }
            }
        }
    }

    private static Visibility visibility(
            Attention op,
            @Nullable Tensor mask,
            @Nullable Tensor valid,
            int batch,
            Heads q,
            Heads keys,
            long past) {
        var diagonals = new long[batch];
        Arrays.fill(diagonals, past);
        var lengths = valid == null ? null : new long[batch];
        long after = op.rightWindowSize() == null ? Visibility.UNBOUNDED : op.rightWindowSize();
        return new Visibility(
                mask == null ? null : mask(mask, batch, q, keys),
                keys.length(),
                diagonals,
                op.leftWindowSize() == null ? Visibility.UNBOUNDED : op.leftWindowSize(),
                op.isCausal() ? 0 : after,
                lengths);
    }

    /// Reads how many keys are no padding.
    private static void read(Tensor valid, int queries, Visibility visibility) {
        var lengths = Objects.requireNonNull(visibility.valid());
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = valid.getLong(i);
            visibility.diagonals()[i] = lengths[i] - queries;
        }
    }

    private static Mask mask(Tensor mask, int batch, Heads q, Heads keys) {
        long[] scores = {batch, q.heads(), q.length(), keys.length()};
        var own = new long[] {1, 1, 1, 1};
        System.arraycopy(mask.dims(), 0, own, 4 - mask.rank(), mask.rank());
        for (int axis = 0; axis < 3; axis++) {
            if (own[axis] != 1 && own[axis] != scores[axis]) {
                throw new InputException(
                        Problem.of("the mask does not broadcast to the scores")
                                .expected(Arrays.toString(scores))
                                .got(mask.type()));
            }
        }
        var strides = Nd.strides(own);
        return new Mask(
                mask.segment(),
                mask.dtype() == DType.BOOL,
                own[0] == 1 ? 0 : strides[0],
                own[1] == 1 ? 0 : strides[1],
                own[2] == 1 ? 0 : strides[2],
                Math.toIntExact(own[3]));
    }
}
