package dev.tenon.graph.op.control;

import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.FormatException;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Attributes;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.Graph;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.move.Strided;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Runs a body once for each slice of some tensors (ONNX `Scan`).
///
/// Inputs: the initial values of what is carried from run to run, the tensors to scan, and the
/// captures. The body takes the carried values, a slice of each scanned tensor, and the captures;
/// it gives the carried values and scan outputs. Outputs: the carried values after the last run,
/// and the scan outputs of all runs stacked along a new axis.
///
/// @param numScanInputs how many tensors are scanned
/// @param scanInputAxes the axis along which each is sliced
/// @param scanInputDirections 1 for each that is sliced from its end
/// @param scanOutputAxes the axis along which each scan output is stacked
/// @param scanOutputDirections 1 for each that is stacked with the last run first
public record Scan(
        Graph body,
        int numScanInputs,
        Longs scanInputAxes,
        Longs scanInputDirections,
        Longs scanOutputAxes,
        Longs scanOutputDirections,
        int captures)
        implements Control {
    public static final OpDef<Scan> DEF =
            OpDef.of(Scan.class)
                    .inputs(1, OpDef.MANY)
                    .outputs(1, OpDef.MANY)
                    .infer(Scan::infer)
                    .reference(Scan::evaluate)
                    .noGradient("gradients do not pass through subgraphs")
                    .onnx("Scan", 9, Scan::read)
                    .build();

    public Scan {
        Objects.requireNonNull(body, "body");
    }

    @Override
    public OpDef<Scan> def() {
        return DEF;
    }

    private static Scan read(Attributes a) {
        var body = a.graph("body");
        int scanInputs = Math.toIntExact(a.integer("num_scan_inputs"));
        int own = body.inputs().size() - a.captures();
        if (scanInputs < 1 || scanInputs > own) {
            throw new FormatException(
                    Problem.of("attribute num_scan_inputs does not fit the body")
                            .expected("1 to " + own)
                            .got(scanInputs));
        }
        int carried = own - scanInputs;
        var inputZeros = Longs.filled(scanInputs, 0);
        var outputZeros = Longs.filled(Math.max(0, body.outputs().size() - carried), 0);
        return new Scan(
                body,
                scanInputs,
                a.integers("scan_input_axes", inputZeros),
                a.integers("scan_input_directions", inputZeros),
                a.integers("scan_output_axes", outputZeros),
                a.integers("scan_output_directions", outputZeros),
                a.captures());
    }

    private int carried(int inputs) {
        return inputs - numScanInputs - captures;
    }

    private static List<Type> infer(Scan op, InferContext in) {
        int carried = op.carried(in.inputs());
        if (carried < 0 || op.numScanInputs < 1) {
            throw in.error(
                    Problem.of("the scan has a wrong number of inputs")
                            .expected("at least 1 to scan, and " + op.captures + " captures")
                            .got(in.inputs()));
        }
        BodyTypes.requireArity(op.body, in.inputs(), carried, in);
        int scanOutputs = op.body.outputs().size() - carried;
        requireSize("scan inputs", op.numScanInputs, op.scanInputAxes, op.scanInputDirections, in);
        requireSize("scan outputs", scanOutputs, op.scanOutputAxes, op.scanOutputDirections, in);
        var types = new ArrayList<Type>();
        for (int i = 0; i < carried; i++) {
            types.add(BodyTypes.carried(in.type(i), BodyTypes.output(op.body, i), in));
        }
        var length = length(op, carried, in);
        for (int i = 0; i < scanOutputs; i++) {
            types.add(
                    stacked(
                            BodyTypes.output(op.body, carried + i),
                            op.scanOutputAxes.get(i),
                            length,
                            in));
        }
        return types;
    }

    private static void requireSize(
            String what, int size, Longs axes, Longs directions, InferContext in) {
        if (axes.size() != size || directions.size() != size) {
            throw in.error(
                    Problem.of("not one axis and one direction for each of the " + what)
                            .expected(size)
                            .got(axes.size() + " and " + directions.size()));
        }
    }

    /// How many slices there are.
    private static Dim length(Scan op, int carried, InferContext in) {
        var length = in.unknown();
        for (int i = 0; i < op.numScanInputs; i++) {
            var shape = in.shape(carried + i);
            if (shape.isRanked()) {
                var dim = shape.dim(in.axis(op.scanInputAxes.get(i), shape.rank()));
                length = i == 0 ? dim : in.same(length, dim);
            }
        }
        return length;
    }

    private static Type stacked(Type part, long axis, Dim length, InferContext in) {
        if (!(part instanceof Type.OfTensor(var dtype, var shape))) {
            throw in.error(Problem.of("a scan output is no tensor").expected("a tensor").got(part));
        }
        if (!shape.isRanked()) {
            return part;
        }
        var dims = new ArrayList<>(BodyTypes.varying(shape, in).dims());
        dims.add(in.axis(axis, shape.rank() + 1), length);
        return Type.tensor(dtype, Shape.of(dims));
    }

    private static List<Datum> evaluate(Scan op, EvalContext in) {
        int carried = op.carried(in.inputs());
        var all = in.data(0);
        var state = all.subList(0, carried);
        var captured = all.subList(carried + op.numScanInputs, all.size());
        var scanned = new ArrayList<Slices>();
        for (int i = 0; i < op.numScanInputs; i++) {
            var data = in.tensor(carried + i);
            scanned.add(
                    new Slices(
                            data,
                            Nd.axis(op.scanInputAxes.get(i), data.rank()),
                            op.scanInputDirections.get(i) != 0));
        }
        long length = scanned.getFirst().length();
        if (scanned.stream().anyMatch(s -> s.length() != length)) {
            throw new InputException(
                    Problem.of("the scanned tensors have different numbers of slices")
                            .expected(length)
                            .got(scanned.stream().map(Slices::length).toList()));
        }
        var scans = new ArrayList<Stacking>();
        for (int i = carried; i < op.body.outputs().size(); i++) {
            scans.add(new Stacking());
        }
        for (long run = 0; run < length; run++) {
            var arguments = new ArrayList<>(state);
            for (var slices : scanned) {
                arguments.add(slices.get(run));
            }
            arguments.addAll(captured);
            var results = in.run(op.body, arguments);
            state = results.subList(0, carried);
            for (int i = 0; i < scans.size(); i++) {
                scans.get(i).add(results.get(carried + i));
            }
        }
        var outputs = new ArrayList<>(state);
        for (int i = 0; i < scans.size(); i++) {
            outputs.add(
                    scans.get(i)
                            .stack(
                                    op.scanOutputAxes.get(i),
                                    op.scanOutputDirections.get(i) != 0,
                                    BodyTypes.output(op.body, carried + i)));
        }
        return outputs;
    }

    /// The slices of a tensor along an axis, without that axis.
    private record Slices(Tensor data, int axis, boolean reverse) {
        long length() {
            return data.dim(axis);
        }

        Tensor get(long run) {
            long at = reverse ? length() - 1 - run : run;
            return Strided.slice(data, axis, at, 1).reshape(Nd.without(data.dims(), axis));
        }
    }
}
