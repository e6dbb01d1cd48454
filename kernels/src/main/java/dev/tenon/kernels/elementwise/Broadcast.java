package dev.tenon.kernels.elementwise;

import dev.tenon.base.Tensor;
import java.util.ArrayList;
import java.util.List;

/// How the inputs of an element-wise operation lie under its output, with as few axes as can be.
///
/// @param dims the output's extents, neighbouring axes joined where every input allows it
/// @param strides for each input the elements from one index of an axis to the next; 0 where it
///   repeats
record Broadcast(long[] dims, long[][] strides) {
    static Broadcast of(List<Tensor> inputs, long[] out) {
        int count = inputs.size();
        var full = new long[count][];
        for (int i = 0; i < count; i++) {
            full[i] = strides(inputs.get(i).dims(), out);
        }
        var dims = new ArrayList<Long>();
        var kept = new ArrayList<Integer>();
        for (int axis = 0; axis < out.length; axis++) {
            if (out[axis] == 1) {
                continue;
            }
            if (!kept.isEmpty() && joins(full, kept.getLast(), axis, out[axis])) {
                dims.set(dims.size() - 1, dims.getLast() * out[axis]);
                kept.set(kept.size() - 1, axis);
            } else {
                dims.add(out[axis]);
                kept.add(axis);
            }
        }
        var strides = new long[count][kept.size()];
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < kept.size(); k++) {
                strides[i][k] = full[i][kept.get(k)];
            }
        }
        return new Broadcast(dims.stream().mapToLong(d -> d).toArray(), strides);
    }

    private static boolean joins(long[][] strides, int before, int axis, long extent) {
        for (var s : strides) {
            if (s[before] != s[axis] * extent) {
                return false;
            }
        }
        return true;
    }

    /// From one index of each axis of an output to the next, in elements of an input; 0 where it
    /// repeats.
    static long[] strides(long[] dims, long[] out) {
        var strides = new long[out.length];
        long step = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            int axis = i + out.length - dims.length;
            strides[axis] = dims[i] == 1 ? 0 : step;
            step *= dims[i];
        }
        return strides;
    }

    /// From one element of an input to the next under the output's last axis: 1, or 0 for one that
    /// is repeated.
    int step(int input) {
        int last = dims.length - 1;
        return last < 0 ? 0 : (int) strides[input][last];
    }

    /// Elements of the output that follow one another in all inputs.
    ///
    /// @param from the first
    /// @param most at most
    int run(long from, int most) {
        int last = dims.length - 1;
        return last <= 0 ? most : (int) Math.min(most, dims[last] - from % dims[last]);
    }

    /// The element of an input under one of the output.
    long offset(int input, long index) {
        var s = strides[input];
        long rest = index;
        long offset = 0;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            offset += rest % dims[axis] * s[axis];
            rest /= dims[axis];
        }
        return offset;
    }
}
