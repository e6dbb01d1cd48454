package dev.tenon.kernels.gemm.emitted;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tenon.base.Scalar;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.elementwise.EpilogueProgram.Operand;
import dev.tenon.kernels.gemm.emitted.TileCode.Ahead;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.gemm.emitted.TileCode.Layout;
import dev.tenon.kernels.vector.Emulation;
import dev.tenon.kernels.vector.VectorLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The parts of products for NEON, under emulation: the bits of sums whose terms are added one by
/// one, each rounded once.
@Tag("emulated")
class NeonGemmTest {
    private static final TileSize SIZE = TileSize.of(VectorLevel.NEON);
    private static final int PANEL = SIZE.panel();
    private static final int[] ROWS = {1, 2, 3, 5, 6, 11, 12, 13, 14, 20, 27};
    private static final int[] DEPTHS = {1, 2, 3, 4, 5, 8, 17};

    /// What memory is to hold.
    private record Expected(String name, Emulation.Memory memory, float[] numbers) {}

    private final Emulation emulation = new Emulation();
    private final List<Expected> expectations = new ArrayList<>();
    private final Random random = new Random(17);

    @BeforeEach
    void needsEmulation() {
        Emulation.assumePresent();
    }

    private float[] numbers(int count) {
        var numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private long address(float[] numbers) {
        return emulation.floats(numbers, random.nextBoolean()).address();
    }

    private void runAndCompare() {
        emulation.run();
        for (var expected : expectations) {
            assertArrayEquals(expected.numbers, emulation.floats(expected.memory), expected.name);
        }
    }

    /// An epilogue of a product under test: `max(x + bias of the column, 0) + addend`, or nothing.
    private record Ending(EpilogueProgram program, float[] bias, float[] addend, long results) {
        float apply(float sum, int index) {
            return program.isNone()
                    ? sum
                    : Math.max(sum + bias[index % bias.length], 0) + addend[index];
        }
    }

    /// @param c where the results of the first row and column go
    /// @param before columns of all results before those of the product
    private Ending ending(Emulation.Memory c, int rows, int columns, int before) {
        long rowBytes = (long) columns * Float.BYTES;
        if (random.nextBoolean()) {
            return new Ending(EpilogueProgram.NONE, new float[0], new float[0], rowBytes);
        }
        var x = Scalar.arg(0).plus(Scalar.arg(1)).max(Scalar.constant(0)).plus(Scalar.arg(2));
        var lies = List.of(Operand.COLUMNS, Operand.ELEMENTS);
        var bias = numbers(columns);
        var addend = numbers(rows * columns);
        long bytes = (long) before * Float.BYTES;
        var table = emulation.longs(rowBytes, address(bias) - bytes, address(addend) - c.address());
        var program = EpilogueProgram.of(x, lies).orElseThrow();
        return new Ending(program, bias, addend, table.address());
    }

    /// Matrices `[rows, depth]` times `[depth, columns]`, added to `c` where that is asked for.
    private static float[] product(
            float[] a,
            float[] b,
            float[] c,
            int depth,
            int columns,
            boolean accumulate,
            Ending ending) {
        var result = new float[c.length];
        for (int i = 0; i < c.length; i++) {
            float sum = 0;
            for (int k = 0; k < depth; k++) {
                sum = Math.fma(a[i / columns * depth + k], b[k * columns + i % columns], sum);
            }
            result[i] = ending.apply(accumulate ? sum + c[i] : sum, i);
        }
        return result;
    }

    /// A matrix as the layout says, with zeros in columns that do not exist.
    private static float[] packed(float[] b, int depth, int columns, Layout layout) {
        int panels = Math.ceilDiv(columns, PANEL);
        int rowNumbers = layout.rowNumbers(PANEL);
        int size =
                layout == Layout.PANELS
                        ? panels * PANEL * depth
                        : (depth - 1) * rowNumbers + panels * PANEL;
        var packed = new float[size];
        for (int k = 0; k < depth; k++) {
            for (int j = 0; j < columns; j++) {
                int panel = j / PANEL;
                int start = panel * PANEL * (layout == Layout.PANELS ? depth : 1);
                packed[start + k * rowNumbers + j % PANEL] = b[k * columns + j];
            }
        }
        return packed;
    }

    /// From panel to panel.
    private static long panelBytes(Layout layout, int depth) {
        return (long) PANEL * (layout == Layout.PANELS ? depth : 1) * Float.BYTES;
    }

    private void multiply(int rows, int depth, int columns, Layout layout) {
        boolean accumulate = random.nextBoolean();
        boolean whole = columns % PANEL == 0;
        var kind = whole ? Columns.ALL : columns <= SIZE.lanes() ? Columns.FEW : Columns.SOME;
        var heights = Heights.of(rows, SIZE.rows());
        var ahead = whole && layout == Layout.PANELS ? Ahead.of(heights.tiles()) : Ahead.NONE;
        var a = numbers(rows * depth);
        var b = numbers(depth * columns);
        var c = numbers(rows * columns);
        var result = emulation.floats(c, random.nextBoolean());
        int before = random.nextInt(3) * PANEL;
        var ending = ending(result, rows, columns, before);
        var shape = new TileCode.Shape(heights, kind, layout, ahead, accumulate, ending.program);
        long first = ending.program.isNone() ? 0 : before;
        emulation.call(
                emulation.routine(TileCode.emit(shape, Emulation.assembler())),
                address(a),
                address(packed(b, depth, columns, layout)),
                result.address(),
                first << Integer.SIZE | depth,
                (long) depth * Float.BYTES,
                ending.results,
                (long) (whole ? columns / PANEL : columns) << Integer.SIZE | heights.full(),
                panelBytes(layout, depth));
        expectations.add(
                new Expected(
                        shape.name() + " depth " + depth + " columns " + columns,
                        result,
                        product(a, b, c, depth, columns, accumulate, ending)));
    }

    @Test
    void tilesMultiply() {
        for (int rows : ROWS) {
            for (var layout : Layout.values()) {
                int depth = DEPTHS[random.nextInt(DEPTHS.length)];
                multiply(rows, depth, PANEL * (1 + random.nextInt(3)), layout);
                multiply(rows, depth, 1 + random.nextInt(PANEL - 1), layout);
            }
        }
        for (int depth : DEPTHS) {
            multiply(SIZE.rows() + 1, depth, 2 * PANEL, Layout.PANELS);
        }
        for (int columns = 1; columns < PANEL; columns++) {
            multiply(3, 5, columns, Layout.PANELS);
        }
        runAndCompare();
    }

    @Test
    void rowsMultiply() {
        for (int panels = 1; panels <= RowCode.MAX_PANELS; panels++) {
            for (int depth : DEPTHS) {
                int groups = 1 + random.nextInt(2);
                boolean accumulate = random.nextBoolean();
                int columns = groups * panels * PANEL;
                var a = numbers(depth);
                var b = numbers(depth * columns);
                var c = numbers(columns);
                var result = emulation.floats(c, random.nextBoolean());
                int before = random.nextInt(3) * PANEL;
                var ending = ending(result, 1, columns, before);
                var shape = new RowCode.Shape(panels, accumulate, ending.program);
                emulation.call(
                        emulation.routine(RowCode.emit(shape, Emulation.assembler())),
                        address(a),
                        address(packed(b, depth, columns, Layout.PANELS)),
                        result.address(),
                        depth,
                        groups,
                        panelBytes(Layout.PANELS, depth),
                        ending.results,
                        (long) before * Float.BYTES);
                expectations.add(
                        new Expected(
                                shape.name() + " depth " + depth,
                                result,
                                product(a, b, c, depth, columns, accumulate, ending)));
            }
        }
        runAndCompare();
    }

    @Test
    void panelsArePacked() {
        for (int depth : DEPTHS) {
            for (int columns = 1; columns <= PANEL; columns++) {
                pack(depth, columns);
            }
            packColumns(depth);
        }
        runAndCompare();
    }

    private void pack(int depth, int columns) {
        var kind =
                columns == PANEL
                        ? Columns.ALL
                        : columns <= SIZE.lanes() ? Columns.FEW : Columns.SOME;
        var b = numbers(depth * columns);
        var to = emulation.floats(new float[depth * PANEL], random.nextBoolean());
        emulation.call(
                emulation.routine(PackCode.rows(kind, Emulation.assembler())),
                address(b),
                to.address(),
                depth,
                (long) columns * Float.BYTES,
                columns);
        expectations.add(
                new Expected(
                        columns + " columns, depth " + depth,
                        to,
                        packed(b, depth, columns, Layout.PANELS)));
    }

    private void packColumns(int depth) {
        var b = numbers(PANEL * depth);
        var transposed = new float[b.length];
        for (int i = 0; i < b.length; i++) {
            transposed[i % PANEL * depth + i / PANEL] = b[i];
        }
        var to = emulation.floats(new float[b.length], random.nextBoolean());
        emulation.call(
                emulation.routine(PackCode.columns(Emulation.assembler())),
                address(transposed),
                to.address(),
                depth,
                (long) depth * Float.BYTES);
        expectations.add(new Expected("columns of depth " + depth, to, b));
    }
}
