package dev.tenon.kernels.conv.winograd;

import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.Word;

/// The transform `Aᵀ m A` of tiles of products to channels-last outputs that lie side by side:
///
///     f(from, to, features, planeBytes, rowBytes, rows, columns, tiles)
///
/// Element `k` of a tile is at `from + k · planeBytes`, tile after tile, for all features. Only the
/// first rows and columns of the outputs are written, columns counted from the first tile on.
final class OutputCode {
    private static final Word FROM = new Word(0);
    private static final Word TO = new Word(1);
    private static final Word FEATURES = new Word(2);
    private static final Word PLANE = new Word(3);
    private static final Word ROW = new Word(4);
    private static final Word ROWS = new Word(5);
    private static final Word COLUMNS = new Word(6);
    private static final Word PIXEL = new Word(7);
    private static final Word THREE_ROWS = new Word(8);

    /// Where products are, and then where outputs go.
    private static final Word PLACE = new Word(9);

    private static final Word SCRATCH = new Word(10);
    private static final int WORDS = 11;

    private static final int COLUMNS_ARGUMENT = 6;
    private static final int TILES_ARGUMENT = 7;
    private static final int TILES_SLOT = 0;
    private static final int FEATURES_SLOT = 1;
    private static final int TAIL_BYTES_SLOT = 2;
    private static final int WORD_SLOTS = 3;

    private final VectorAssembler a;
    private final Transform transform;
    private final int inputs;
    private final int outputs;
    private final Grid grid;

    private OutputCode(Transform transform, VectorAssembler a) {
        this.a = a;
        this.transform = transform;
        this.inputs = transform.inputs();
        this.outputs = transform.outputs();
        this.grid = new Grid(a, inputs * outputs);
    }

    static byte[] emit(Transform transform, VectorAssembler assembler) {
        return new OutputCode(transform, assembler).emit();
    }

    private byte[] emit() {
        a.enter(WORDS, Grid.slots(a, grid.size()), WORD_SLOTS);
        a.argument(PLACE, TILES_ARGUMENT);
        a.save(PLACE, TILES_SLOT);
        a.argument(COLUMNS, COLUMNS_ARGUMENT);
        a.save(FEATURES, FEATURES_SLOT);
        Channels.setTail(a, FEATURES, PLACE, SCRATCH, TAIL_BYTES_SLOT);
        a.copy(PIXEL, FEATURES);
        a.shiftLeft(PIXEL, 2);
        a.address(THREE_ROWS, Place.at(ROW, ROW, 2));
        Transform.loadOutputConstants(a);
        a.countDownSaved(
                TILES_SLOT,
                () -> {
                    a.restore(FEATURES, FEATURES_SLOT);
                    Channels.run(
                            a,
                            FEATURES,
                            this::vector,
                            bytes -> {
                                a.add(FROM, bytes);
                                a.add(TO, bytes);
                            },
                            () -> {
                                a.addSaved(FROM, TAIL_BYTES_SLOT);
                                a.addSaved(TO, TAIL_BYTES_SLOT);
                            });
                    for (int i = 1; i < outputs; i++) {
                        a.add(TO, PIXEL);
                    }
                    a.add(COLUMNS, -outputs);
                });
        a.leave();
        return a.finish();
    }

    private void vector(Part part) {
        a.copy(PLACE, FROM);
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < inputs; j++) {
                a.load(new Vector(j), Place.at(PLACE), part);
                a.add(PLACE, PLANE);
            }
            var results = transform.output(a);
            for (int q = 0; q < outputs; q++) {
                grid.put(i * outputs + q, results.get(q));
            }
        }
        a.copy(PLACE, TO);
        for (int q = 0; q < outputs; q++) {
            int column = q;
            a.unlessBelow(COLUMNS, q + 1, () -> column(column, part));
            a.add(PLACE, PIXEL);
        }
    }

    /// Transforms one column, and writes what exists of it.
    private void column(int index, Part part) {
        for (int i = 0; i < inputs; i++) {
            grid.get(i * outputs + index, new Vector(i));
        }
        var results = transform.output(a);
        for (int p = 0; p < outputs; p++) {
            int row = p;
            a.unlessBelow(ROWS, p + 1, () -> a.store(results.get(row), row(row), part));
        }
    }

    private static Place row(int index) {
        return switch (index) {
            case 0 -> Place.at(PLACE);
            case 3 -> Place.at(PLACE, THREE_ROWS);
            default -> Place.at(PLACE, ROW, index);
        };
    }
}
