package dev.tenon.kernels;

import java.util.ArrayList;
import java.util.List;

/// Short-lived arrays of the current thread, used again and again so that warm kernels allocate
/// nothing.
///
/// Arrays come back when the scope that took them is closed; scopes nest. Their content is whatever
/// was left there, and they may be longer than asked for.
public final class Scratch implements AutoCloseable {
    /// Larger arrays are left to the garbage collector, so that no thread keeps much memory.
    private static final int MAX_KEPT = 1 << 21;

    private static final ThreadLocal<Scratch> CURRENT = ThreadLocal.withInitial(Scratch::new);

    private final Shelf<float[]> floats = new Shelf<>(float[]::new);
    private final Shelf<int[]> ints = new Shelf<>(int[]::new);
    private final Shelf<long[]> longs = new Shelf<>(long[]::new);
    private final Shelf<double[]> doubles = new Shelf<>(double[]::new);
    private final Shelf<byte[]> bytes = new Shelf<>(byte[]::new);
    private final Shelf<short[]> shorts = new Shelf<>(short[]::new);
    private final List<Shelf<?>> shelves = List.of(floats, ints, longs, doubles, bytes, shorts);

    private final Rows<float[]> floatRows = new Rows<>(float[][]::new);
    private final Rows<double[]> doubleRows = new Rows<>(double[][]::new);
    private final Rows<long[]> longRows = new Rows<>(long[][]::new);
    private final List<Rows<?>> rows = List.of(floatRows, doubleRows, longRows);
    private int depth;
    private int[][] marks = new int[16][];

    private Scratch() {}

    /// Opens a scope on the current thread; close it on the same thread.
    public static Scratch open() {
        var scratch = CURRENT.get();
        scratch.enter();
        return scratch;
    }

    public float[] floats(int length) {
        return floats.take(length);
    }

    /// Several arrays of one length. The array of them is as long as asked for.
    public float[][] floatRows(int count, int length) {
        return floatRows.take(count, floats, length);
    }

    /// As [#floatRows].
    public double[][] doubleRows(int count, int length) {
        return doubleRows.take(count, doubles, length);
    }

    /// As [#floatRows].
    public long[][] longRows(int count, int length) {
        return longRows.take(count, longs, length);
    }

    public int[] ints(int length) {
        return ints.take(length);
    }

    public long[] longs(int length) {
        return longs.take(length);
    }

    public double[] doubles(int length) {
        return doubles.take(length);
    }

    public byte[] bytes(int length) {
        return bytes.take(length);
    }

    public short[] shorts(int length) {
        return shorts.take(length);
    }

    private void enter() {
        if (depth == marks.length) {
            marks = java.util.Arrays.copyOf(marks, 2 * depth);
        }
        if (marks[depth] == null) {
            marks[depth] = new int[shelves.size() + rows.size()];
        }
        for (int i = 0; i < shelves.size(); i++) {
            marks[depth][i] = shelves.get(i).taken.size();
        }
        for (int i = 0; i < rows.size(); i++) {
            marks[depth][shelves.size() + i] = rows.get(i).taken.size();
        }
        depth++;
    }

    @Override
    public void close() {
        depth--;
        for (int i = 0; i < shelves.size(); i++) {
            shelves.get(i).giveBack(marks[depth][i]);
        }
        for (int i = 0; i < rows.size(); i++) {
            rows.get(i).giveBack(marks[depth][shelves.size() + i]);
        }
    }

    /// Arrays of arrays, of the very lengths that were asked for.
    private static final class Rows<A> {
        /// More are not kept.
        private static final int MAX_KEPT_ROWS = 64;

        private final java.util.function.IntFunction<A[]> maker;
        private final ArrayList<A[]> free = new ArrayList<>();
        private final ArrayList<A[]> taken = new ArrayList<>();

        Rows(java.util.function.IntFunction<A[]> maker) {
            this.maker = maker;
        }

        /// @param shelf has the arrays themselves
        A[] take(int count, Shelf<A> shelf, int length) {
            int at = free.size() - 1;
            while (at >= 0 && free.get(at).length != count) {
                at--;
            }
            var rows = at < 0 ? maker.apply(count) : free.remove(at);
            taken.add(rows);
            for (int i = 0; i < count; i++) {
                rows[i] = shelf.take(length);
            }
            return rows;
        }

        /// Where there are enough, the one that was kept the longest makes room.
        void giveBack(int mark) {
            while (taken.size() > mark) {
                if (free.size() == MAX_KEPT_ROWS) {
                    free.removeFirst();
                }
                var rows = taken.removeLast();
                java.util.Arrays.fill(rows, null);
                free.add(rows);
            }
        }
    }

    /// Arrays of one element type, kept by size class.
    private static final class Shelf<A> {
        private final java.util.function.IntFunction<A> maker;
        private final List<ArrayList<A>> free = new ArrayList<>();
        private final ArrayList<A> taken = new ArrayList<>();
        private final ArrayList<Integer> classes = new ArrayList<>();

        Shelf(java.util.function.IntFunction<A> maker) {
            this.maker = maker;
            for (int i = 0; i <= 32; i++) {
                free.add(new ArrayList<>());
            }
        }

        A take(int length) {
            int sizeClass = 32 - Integer.numberOfLeadingZeros(Math.max(length, 64) - 1);
            var candidates = free.get(sizeClass);
            var array =
                    candidates.isEmpty()
                            ? maker.apply(length > MAX_KEPT ? length : 1 << sizeClass)
                            : candidates.removeLast();
            taken.add(array);
            classes.add(length > MAX_KEPT ? -1 : sizeClass);
            return array;
        }

        void giveBack(int mark) {
            for (int i = taken.size() - 1; i >= mark; i--) {
                var array = taken.removeLast();
                int sizeClass = classes.removeLast();
                if (sizeClass >= 0) {
                    free.get(sizeClass).add(array);
                }
            }
        }
    }
}
