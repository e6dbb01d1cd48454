package dev.tenon.kernels.conv.winograd;

import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.Word;

/// The transform `Bᵀ d B` of tiles of channels-last inputs that lie side by side:
///
///     f(rows, to, channels, planeBytes, from, end, tiles)
///
/// `rows` has where each row of the first tile begins, in its first column. Columns before `from` and
/// from `end` on, counted from there, are not read but 0. Element `k` of the results goes to `to + k ·
/// planeBytes`, tile after tile, for all channels.
final class InputCode {
    /// Where the rows are, and then how far the channels of a tile are from there.
    private static final Word OFFSET = new Word(0);

    private static final Word TO = new Word(1);
    private static final Word CHANNELS = new Word(2);
    private static final Word PLANE = new Word(3);
    private static final Word FROM = new Word(4);
    private static final Word END = new Word(5);
    private static final int FIRST_ROW = 6;
    private static final Word PIXEL = new Word(12);

    /// The offset of a column.
    private static final Word PLACE = new Word(13);

    /// A column of the image, and then a place of results.
    private static final Word COLUMN = new Word(14);

    private static final Word RESULT = COLUMN;
    private static final int WORDS = 15;

    private static final int TILES_ARGUMENT = 6;
    private static final int TILES_SLOT = 0;
    private static final int CHANNELS_SLOT = 1;

    /// The first column of a tile.
    private static final int COLUMN_SLOT = 2;

    private static final int TAIL_BYTES_SLOT = 3;
    private static final int WORD_SLOTS = 4;

    private final VectorAssembler a;
    private final Transform transform;
    private final int size;
    private final Grid grid;

    private InputCode(Transform transform, VectorAssembler a) {
        this.a = a;
        this.transform = transform;
        this.size = transform.inputs();
        this.grid = new Grid(a, size * size);
    }

    static byte[] emit(Transform transform, VectorAssembler assembler) {
        return new InputCode(transform, assembler).emit();
    }

    private byte[] emit() {
        a.enter(WORDS, Grid.slots(a, grid.size()), WORD_SLOTS);
        a.argument(PLACE, TILES_ARGUMENT);
        a.save(PLACE, TILES_SLOT);
        a.save(CHANNELS, CHANNELS_SLOT);
        a.set(COLUMN, 0);
        a.save(COLUMN, COLUMN_SLOT);
        Channels.setTail(a, CHANNELS, PLACE, PIXEL, TAIL_BYTES_SLOT);
        a.copy(PIXEL, CHANNELS);
        a.shiftLeft(PIXEL, 2);
        Transform.loadInputConstants(a);
        for (int i = 0; i < size; i++) {
            a.load(row(i), Place.at(OFFSET).plus(i * Long.BYTES));
        }
        a.set(OFFSET, 0);
        a.countDownSaved(
                TILES_SLOT,
                () -> {
                    a.restore(CHANNELS, CHANNELS_SLOT);
                    Channels.run(
                            a,
                            CHANNELS,
                            this::vector,
                            bytes -> {
                                a.add(OFFSET, bytes);
                                a.add(TO, bytes);
                            },
                            () -> {
                                a.addSaved(OFFSET, TAIL_BYTES_SLOT);
                                a.addSaved(TO, TAIL_BYTES_SLOT);
                            });
                    for (int i = 1; i < transform.outputs(); i++) {
                        a.add(OFFSET, PIXEL);
                    }
                    a.addToSaved(COLUMN_SLOT, transform.outputs());
                });
        a.leave();
        return a.finish();
    }

    private static Word row(int index) {
        return new Word(FIRST_ROW + index);
    }

    private void vector(Part part) {
        a.copy(PLACE, OFFSET);
        a.restore(COLUMN, COLUMN_SLOT);
        for (int j = 0; j < size; j++) {
            column(j, part);
            a.add(PLACE, PIXEL);
            a.add(COLUMN, 1);
        }
        a.copy(RESULT, TO);
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                grid.get(i * size + j, new Vector(j));
            }
            for (var result : transform.input(a)) {
                a.store(result, Place.at(RESULT), part);
                a.add(RESULT, PLANE);
            }
        }
    }

    /// Transforms one column, which may not exist.
    private void column(int index, Part part) {
        for (int i = 0; i < size; i++) {
            a.set(new Vector(i), Constant.of(0));
        }
        a.unlessBelow(
                COLUMN,
                FROM,
                () ->
                        a.ifBelow(
                                COLUMN,
                                END,
                                () -> {
                                    for (int i = 0; i < size; i++) {
                                        a.load(new Vector(i), Place.at(row(i), PLACE), part);
                                    }
                                }));
        var results = transform.input(a);
        for (int i = 0; i < size; i++) {
            grid.put(i * size + index, results.get(i));
        }
    }
}
