package dev.tenon.graph.op.reduce;

import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Lanes;
import dev.tenon.graph.op.Nd;
import java.util.List;

/// Running sums or products along an axis (ONNX `CumSum`, `CumProd`).
///
/// Inputs: the data, and the axis as an integer of one element.
public sealed interface Cumulative extends Reduce {
    /// Whether the n-th result leaves out the n-th element; the first is then 0 (or 1).
    boolean exclusive();

    /// Whether it runs from the last element to the first.
    boolean reverse();

    @FunctionalInterface
    interface Maker<C> {
        C make(boolean exclusive, boolean reverse);
    }

    record CumSum(boolean exclusive, boolean reverse) implements Cumulative {
        public static final OpDef<CumSum> DEF = define(CumSum.class, 11, CumSum::new);

        @Override
        public OpDef<CumSum> def() {
            return DEF;
        }
    }

    record CumProd(boolean exclusive, boolean reverse) implements Cumulative {
        public static final OpDef<CumProd> DEF = define(CumProd.class, 26, CumProd::new);

        @Override
        public OpDef<CumProd> def() {
            return DEF;
        }
    }

    private static <C extends Record & Cumulative> OpDef<C> define(
            Class<C> type, int since, Maker<C> maker) {
        return OpDef.of(type)
                .inputs(2)
                .infer((op, in) -> List.of(in.tensor(0)))
                .reference((op, in) -> List.of(evaluate(op, in)))
                .onnx(
                        type.getSimpleName(),
                        since,
                        a -> maker.make(a.flag("exclusive", false), a.flag("reverse", false)))
                .build();
    }

    private static Tensor evaluate(Cumulative op, EvalContext in) {
        var data = in.tensor(0);
        var lanes = Lanes.of(data.dims(), Nd.axis(in.tensor(1).getLong(0), data.rank()));
        var result = Tensor.zeros(data.dtype(), data.dims());
        boolean sums = op instanceof CumSum;
        for (long lane = 0; lane < lanes.count(); lane++) {
            double real = sums ? 0 : 1;
            long whole = sums ? 0 : 1;
            for (long n = 0; n < lanes.length(); n++) {
                long at = lanes.at(lane, op.reverse() ? lanes.length() - 1 - n : n);
                double nextReal = sums ? real + data.getDouble(at) : real * data.getDouble(at);
                long nextWhole = sums ? whole + data.getLong(at) : whole * data.getLong(at);
                if (data.dtype().isFloat()) {
                    result.setDouble(at, op.exclusive() ? real : nextReal);
                } else {
                    result.setLong(at, op.exclusive() ? whole : nextWhole);
                }
                real = nextReal;
                whole = nextWhole;
            }
        }
        return result;
    }
}
