package dev.tenon.passes;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.Split;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.move.Transpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Queries, keys and values that one product makes, as image transformers take them apart.
final class HeadSplits {
    private static final Longs PARTS_FIRST = Longs.of(2, 0, 3, 1, 4);
    private static final Longs HEADS_FIRST = Longs.of(0, 2, 1, 3);

    private HeadSplits() {}

    /// Parts `[B, heads, T, size]` of `transpose(reshape(x, [B, T, parts, heads, size]))`: the
    /// columns are split first, and each part's heads are made an axis and moved.
    static Optional<Patch> ofColumns(Transpose op, Node node, RuleContext context) {
        var reshape = context.producer(node.input(0), Reshape.class);
        if (reshape == null
                || Match.rank(node.input(0)) != 5
                || Match.rank(reshape.input(0)) != 3
                || !op.order(5).equals(PARTS_FIRST)) {
            return Optional.empty();
        }
        var x = Match.shape(reshape.input(0));
        var shape = Match.shape(node.input(0));
        if (!(shape.dim(2) instanceof Dim.Known(var parts))
                || !(shape.dim(3) instanceof Dim.Known(var heads))
                || !(shape.dim(4) instanceof Dim.Known(var size))
                || heads * size == 0
                || !x.dim(0).equals(shape.dim(0))
                || !x.dim(1).equals(shape.dim(1))) {
            return Optional.empty();
        }
        var taken = taken(node, (int) parts, context);
        if (taken == null) {
            return Optional.empty();
        }
        var patch = context.patch();
        var name = node.output().name();
        long[] widths = new long[(int) parts];
        Arrays.fill(widths, heads * size);
        var columns =
                patch.add(
                        new Split(2, null),
                        node.name() + "_columns",
                        List.of(
                                reshape.input(0),
                                patch.constant(name + "_widths", Tensor.ofLongs(widths))),
                        Collections.nCopies((int) parts, name + "_columns"));
        var target = patch.constant(name + "_heads", Tensor.ofLongs(0, 0, heads, size));
        for (int i = 0; i < parts; i++) {
            var part = Objects.requireNonNull(taken.get(i)).output();
            var apart =
                    patch.add(new Reshape(false), part.name() + "_apart", columns.get(i), target);
            patch.replace(
                    part, patch.add(new Transpose(HEADS_FIRST), part.name() + "_first", apart));
        }
        return Optional.of(patch.build());
    }

    /// The nodes that give each part, of which every one is taken once; null where others read the
    /// parts.
    private static @Nullable List<@Nullable Node> taken(Node node, int parts, RuleContext context) {
        if (context.isOutput(node.output())) {
            return null;
        }
        var taken = new ArrayList<@Nullable Node>(Collections.nCopies(parts, null));
        for (var reader : context.readers(node.output())) {
            if (reader.op() instanceof Gather(var axis)
                    && axis == 0
                    && reader.input(1).constant() != null
                    && reader.input(1).constant().rank() == 0) {
                int at = (int) Math.floorMod(reader.input(1).constant().getLong(0), (long) parts);
                if (taken.set(at, reader) != null) {
                    return null;
                }
            } else if (reader.op() instanceof Split split
                    && Math.floorMod(split.axis(), 5) == 0
                    && reader.outputs().size() == parts
                    && parts > 1) {
                IntStream.range(0, parts)
                        .forEach(i -> taken.set(i, squeezed(reader.outputs().get(i), context)));
            } else {
                return null;
            }
        }
        return taken.contains(null) ? null : taken;
    }

    private static @Nullable Node squeezed(Value part, RuleContext context) {
        var reader = context.isReadOnce(part) ? context.readers(part).getFirst() : null;
        return reader != null && reader.op() instanceof Squeeze && Match.rank(reader.output()) == 4
                ? reader
                : null;
    }
}
