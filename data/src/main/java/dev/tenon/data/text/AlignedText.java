package dev.tenon.data.text;

import java.util.Arrays;
import java.util.function.IntPredicate;

/// Code points that remember where in the original text they come from, in UTF-16 units.
final class AlignedText {
    private int[] codePoints;
    private int[] starts;
    private int[] ends;
    private int length;

    AlignedText(int capacity) {
        codePoints = new int[capacity];
        starts = new int[capacity];
        ends = new int[capacity];
    }

    static AlignedText of(String text, int from, int to) {
        var result = new AlignedText(to - from);
        for (int i = from; i < to; ) {
            int codePoint = text.codePointAt(i);
            int end = Math.min(to, i + Character.charCount(codePoint));
            result.add(codePoint, i, end);
            i = end;
        }
        return result;
    }

    void add(int codePoint, int start, int end) {
        if (length == codePoints.length) {
            int capacity = Math.max(16, length * 2);
            codePoints = Arrays.copyOf(codePoints, capacity);
            starts = Arrays.copyOf(starts, capacity);
            ends = Arrays.copyOf(ends, capacity);
        }
        codePoints[length] = codePoint;
        starts[length] = start;
        ends[length++] = end;
    }

    int length() {
        return length;
    }

    int codePoint(int index) {
        return codePoints[index];
    }

    int start(int index) {
        return starts[index];
    }

    int end(int index) {
        return ends[index];
    }

    /// The same code points from one index to before another.
    AlignedText slice(int from, int to) {
        var result = new AlignedText(to - from);
        for (int i = from; i < to; i++) {
            result.add(codePoints[i], starts[i], ends[i]);
        }
        return result;
    }

    AlignedText without(IntPredicate unwanted) {
        var result = new AlignedText(length);
        for (int i = 0; i < length; i++) {
            if (!unwanted.test(codePoints[i])) {
                result.add(codePoints[i], starts[i], ends[i]);
            }
        }
        return result;
    }

    @Override
    public String toString() {
        return new String(codePoints, 0, length);
    }
}
