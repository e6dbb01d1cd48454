package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.elementwise.EpilogueCode;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.Word;
import java.util.Locale;
import java.util.stream.IntStream;

/// The product of one row with groups of panels:
///
///     f(a, b, c, depth, groups, panelBytes, table, column)
///
/// The last two are for an epilogue: its table, and how many bytes the first panel is behind the
/// first column of all.
///
/// The panels of a group are read side by side, so that several streams come from memory at once
/// and the sums do not wait for each other.
final class RowCode {
    /// Panels of a group at most.
    static final int MAX_PANELS = 4;

    /// @param panels in a group, 1 … 4
    /// @param accumulate whether the products are added to what is there
    /// @param epilogue what is done to the sums then
    record Shape(int panels, boolean accumulate, EpilogueProgram epilogue) {
        String name() {
            return String.format(
                    Locale.ROOT,
                    "gemv_%d%s%s",
                    panels,
                    accumulate ? "_accumulate" : "",
                    epilogue.name());
        }
    }

    private static final int UNROLL = 4;

    private static final Word A = new Word(0);
    private static final Word B = new Word(1);
    private static final Word C = new Word(2);
    private static final Word DEPTH = new Word(3);
    private static final Word GROUPS = new Word(4);

    /// From panel to panel, and three times that.
    private static final Word PANEL = new Word(5);

    private static final Word TRIPLE = new Word(6);

    /// Where the row and the first panel are read.
    private static final Word LEFT = new Word(7);

    private static final Word AT = new Word(8);
    private static final Word COUNT = new Word(9);

    /// How many bytes the group is behind the first column of all.
    private static final Word COLUMN = new Word(10);

    private static final int WORDS = 11;

    private static final int TABLE_ARGUMENT = 6;
    private static final int COLUMN_ARGUMENT = 7;

    private final VectorAssembler a;
    private final Shape shape;
    private final int vectorBytes;
    private final int panelBytes;

    private RowCode(Shape shape, VectorAssembler a) {
        this.a = a;
        this.shape = shape;
        vectorBytes = a.lanes() * Float.BYTES;
        panelBytes = TileSize.VECTORS * vectorBytes;
    }

    static byte[] emit(Shape shape, VectorAssembler a) {
        return new RowCode(shape, a).emit();
    }

    private byte[] emit() {
        a.enter(WORDS, 0, 0);
        if (!shape.epilogue.isNone()) {
            a.argument(COLUMN, COLUMN_ARGUMENT);
        }
        a.address(TRIPLE, Place.at(PANEL, PANEL, 2));
        a.countDown(GROUPS, this::group);
        a.leave();
        return a.finish();
    }

    private void group() {
        a.copy(LEFT, A);
        a.copy(AT, B);
        for (int i = 0; i < sums(); i++) {
            a.set(new Vector(i), new Constant(0));
        }
        a.copy(COUNT, DEPTH);
        a.whileAtLeast(
                COUNT,
                UNROLL,
                () -> {
                    for (int k = 0; k < UNROLL; k++) {
                        step(k);
                    }
                    advance(UNROLL);
                });
        a.unlessZero(
                COUNT,
                () ->
                        a.countDown(
                                COUNT,
                                () -> {
                                    step(0);
                                    advance(1);
                                }));
        store();
        a.add(C, shape.panels * panelBytes);
        if (!shape.epilogue.isNone()) {
            a.add(COLUMN, shape.panels * panelBytes);
        }
        for (int i = 0; i < shape.panels; i++) {
            a.add(B, PANEL);
        }
    }

    private void store() {
        var where =
                new EpilogueCode.Arguments(
                        to -> a.argument(to, TABLE_ARGUMENT), to -> a.add(to, COLUMN));
        var others = IntStream.range(sums(), a.vectors()).mapToObj(Vector::new).toList();
        var epilogue = new EpilogueCode(shape.epilogue, a, others, where, LEFT, AT);
        for (int i = 0; i < sums(); i++) {
            var sum = new Vector(i);
            var to = Place.at(C).plus(i * vectorBytes);
            if (shape.accumulate) {
                a.apply(Binary.ADD, sum, sum, to);
            }
            epilogue.columns(i * vectorBytes, Part.ALL);
            a.store(epilogue.apply(sum, to, i * vectorBytes, Part.ALL), to, Part.ALL);
        }
    }

    private int sums() {
        return TileSize.VECTORS * shape.panels;
    }

    private void advance(int steps) {
        a.add(LEFT, steps * Float.BYTES);
        a.add(AT, steps * panelBytes);
    }

    private void step(int k) {
        var factor = new Vector(sums() + (k & 1));
        a.broadcast(factor, Place.at(LEFT).plus(k * Float.BYTES));
        for (int i = 0; i < sums(); i++) {
            var sum = new Vector(i);
            int bytes = k * panelBytes + i % TileSize.VECTORS * vectorBytes;
            a.fma(sum, factor, panel(i / TileSize.VECTORS).plus(bytes), sum);
        }
    }

    private static Place panel(int index) {
        return switch (index) {
            case 0 -> Place.at(AT);
            case 3 -> Place.at(AT, TRIPLE);
            default -> Place.at(AT, PANEL, index);
        };
    }
}
