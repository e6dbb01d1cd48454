package dev.tenon.kernels.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;
import java.util.Arrays;

/// Moves pieces of tensors of any number type to the arrays of an evaluator and back.
final class Pieces {
    private Pieces() {}

    static void load(
            Tensor from, Broadcast broadcast, int input, long start, float[] to, int count) {
        var dtype = from.dtype();
        int stride = broadcast.step(input);
        for (int at = 0, n; at < count; at += n) {
            n = broadcast.run(start + at, count - at);
            long offset = broadcast.offset(input, start + at);
            if (stride == 0) {
                Arrays.fill(to, at, at + n, (float) from.getDouble(offset));
            } else if (dtype == DType.FLOAT32) {
                Memory.load(from.segment(), offset, to, at, n);
            } else if (Halves.are(dtype)) {
                Halves.load(from, offset, to, at, n);
            } else {
                for (int j = 0; j < n; j++) {
                    to[at + j] = (float) from.getDouble(offset + j);
                }
            }
        }
    }

    static void load(
            Tensor from, Broadcast broadcast, int input, long start, double[] to, int count) {
        int stride = broadcast.step(input);
        for (int at = 0, n; at < count; at += n) {
            n = broadcast.run(start + at, count - at);
            long offset = broadcast.offset(input, start + at);
            if (stride == 0) {
                Arrays.fill(to, at, at + n, from.getDouble(offset));
            } else if (from.dtype() == DType.FLOAT64) {
                Memory.load(from.segment(), offset, to, at, n);
            } else {
                for (int j = 0; j < n; j++) {
                    to[at + j] = from.getDouble(offset + j);
                }
            }
        }
    }

    static void load(
            Tensor from, Broadcast broadcast, int input, long start, long[] to, int count) {
        int stride = broadcast.step(input);
        for (int at = 0, n; at < count; at += n) {
            n = broadcast.run(start + at, count - at);
            long offset = broadcast.offset(input, start + at);
            if (stride == 0) {
                Arrays.fill(to, at, at + n, from.getLong(offset));
            } else if (from.dtype() == DType.INT64) {
                Memory.load(from.segment(), offset, to, at, n);
            } else if (from.dtype() == DType.INT32) {
                loadInts(from, offset, to, at, n);
            } else {
                for (int j = 0; j < n; j++) {
                    to[at + j] = from.getLong(offset + j);
                }
            }
        }
    }

    private static void loadInts(Tensor from, long offset, long[] to, int at, int n) {
        try (var scratch = Scratch.open()) {
            var ints = scratch.ints(n);
            Memory.load(from.segment(), offset, ints, 0, n);
            for (int j = 0; j < n; j++) {
                to[at + j] = ints[j];
            }
        }
    }

    static void store(float[] from, Tensor to, long start, int count) {
        if (to.dtype() == DType.FLOAT32) {
            Memory.store(from, 0, to.segment(), start, count);
        } else if (to.dtype() == DType.BOOL) {
            try (var scratch = Scratch.open()) {
                var bytes = scratch.bytes(count);
                for (int j = 0; j < count; j++) {
                    bytes[j] = (byte) (from[j] != 0 ? 1 : 0);
                }
                Memory.store(bytes, 0, to.segment(), start, count);
            }
        } else if (Halves.are(to.dtype())) {
            Halves.store(from, to, start, count);
        } else {
            for (int j = 0; j < count; j++) {
                to.setDouble(start + j, from[j]);
            }
        }
    }

    static void store(double[] from, Tensor to, long start, int count) {
        if (to.dtype() == DType.FLOAT64) {
            Memory.store(from, 0, to.segment(), start, count);
        } else {
            for (int j = 0; j < count; j++) {
                to.setDouble(start + j, from[j]);
            }
        }
    }

    static void store(long[] from, Tensor to, long start, int count) {
        switch (to.dtype()) {
            case INT64 -> Memory.store(from, 0, to.segment(), start, count);
            case FLOAT32 -> {
                try (var scratch = Scratch.open()) {
                    var floats = scratch.floats(count);
                    for (int j = 0; j < count; j++) {
                        floats[j] = (float) (double) from[j];
                    }
                    Memory.store(floats, 0, to.segment(), start, count);
                }
            }
            default -> {
                for (int j = 0; j < count; j++) {
                    to.setLong(start + j, from[j]);
                }
            }
        }
    }
}
