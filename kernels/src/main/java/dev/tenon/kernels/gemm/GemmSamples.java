package dev.tenon.kernels.gemm;

import dev.tenon.kernels.Sample;
import dev.tenon.kernels.Workers;
import java.util.List;
import java.util.stream.Stream;

/// Products of several tiles and panels, of which the last are not whole.
final class GemmSamples {
    private static final int DEPTH = 37;
    private static final int COLUMNS = 83;

    private GemmSamples() {}

    static List<Sample<Gemm.Query, Gemm>> all() {
        return Stream.of(1, 3, 47)
                .flatMap(rows -> Stream.of(of(rows, true), of(rows, false)))
                .toList();
    }

    private static Sample<Gemm.Query, Gemm> of(int rows, boolean constant) {
        var a = MatrixView.of(Sample.operand(rows * DEPTH), 0, rows, DEPTH);
        var b = MatrixView.of(Sample.operand(DEPTH * COLUMNS), 0, DEPTH, COLUMNS);
        var bias = new MatrixView(Sample.operand(COLUMNS), 0, rows, COLUMNS, 0, 1);
        var epilogue = SampleEpilogue.adding(bias);
        return new Sample<>(
                constant ? new Gemm.Query(b, 2) : Gemm.Query.DYNAMIC,
                gemm -> {
                    var out = Sample.result(rows * COLUMNS);
                    var call = Gemm.Call.of(a, constant ? null : b, out, epilogue);
                    gemm.run(call, Workers.CALLER);
                    return Sample.values(out);
                });
    }
}
