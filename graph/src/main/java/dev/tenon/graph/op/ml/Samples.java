package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import java.util.function.UnaryOperator;

/// The rows of a matrix of numbers; a vector is one row.
record Samples(Tensor data) {
    Samples {
        if (data.rank() != 1 && data.rank() != 2) {
            throw new InputException(
                    Problem.of("not a list of samples")
                            .expected("a matrix or a vector")
                            .got(data.type()));
        }
    }

    /// The number of samples of the first input.
    static Dim count(InferContext in) {
        in.requireRank(0, 1, 2);
        var shape = in.shape(0);
        return !shape.isRanked() ? in.unknown() : shape.rank() == 1 ? Dim.ONE : shape.dim(0);
    }

    /// The type of a matrix with a row for each sample of the first input.
    static Type rows(InferContext in, DType dtype, long width) {
        return Type.tensor(dtype, Shape.of(count(in), Dim.of(width)));
    }

    int count() {
        return data.rank() == 1 ? 1 : Math.toIntExact(data.dim(0));
    }

    int width() {
        return Math.toIntExact(data.dim(-1));
    }

    double[] get(int sample) {
        var row = new double[width()];
        for (int i = 0; i < row.length; i++) {
            row[i] = data.getDouble((long) sample * row.length + i);
        }
        return row;
    }

    /// Maps each sample to a row of a matrix.
    Tensor map(DType dtype, int width, UnaryOperator<double[]> function) {
        var result = Tensor.zeros(dtype, count(), width);
        for (int sample = 0; sample < count(); sample++) {
            var row = function.apply(get(sample));
            for (int i = 0; i < width; i++) {
                result.setDouble((long) sample * width + i, row[i]);
            }
        }
        return result;
    }
}
