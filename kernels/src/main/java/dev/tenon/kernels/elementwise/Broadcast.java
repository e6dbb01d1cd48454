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

    /// Takes runs of an input's elements.
    @FunctionalInterface
    interface Run {
        /// @param offset of the run's first element in the input
        /// @param stride 1, or 0 for one element repeated
        /// @param at where the run begins in the piece
        void accept(long offset, int stride, int at, int count);
    }

    /// Cuts the elements of an input under `from … from+count` of the output into runs.
    void runs(int input, long from, int count, Run run) {
        var s = strides[input];
        int last = dims.length - 1;
        if (last < 0 || last == 0) {
            int stride = last < 0 ? 0 : (int) s[0];
            run.accept(from * stride, stride, 0, count);
            return;
        }
        var index = new long[dims.length];
        long rest = from;
        long offset = 0;
        for (int axis = last; axis >= 0; axis--) {
            index[axis] = rest % dims[axis];
            rest /= dims[axis];
            offset += index[axis] * s[axis];
        }
        int at = 0;
        while (true) {
            int length = (int) Math.min(count - at, dims[last] - index[last]);
            run.accept(offset, (int) s[last], at, length);
            at += length;
            if (at == count) {
                return;
            }
            offset -= index[last] * s[last];
            index[last] = 0;
            int axis = last - 1;
            while (++index[axis] == dims[axis]) {
                offset -= (dims[axis] - 1) * s[axis];
                index[axis--] = 0;
            }
            offset += s[axis];
        }
    }
}
