package dev.tenon.cli;

import dev.tenon.base.Datum;
import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.cli.conformance.Comparison;
import dev.tenon.cli.conformance.TensorDifference;
import dev.tenon.cli.conformance.Tolerance;
import dev.tenon.cli.console.Table;
import dev.tenon.cli.engine.Engine;
import dev.tenon.cli.model.Layers;
import dev.tenon.cli.model.Models;
import dev.tenon.data.json.Json;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "verify",
        description = "Compare two models on the same inputs.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Without B, the runtime is compared with the reference implementations of the"
                    + " operators.",
            "Values differ when |b - a| > ATOL + RTOL·|a|; integers, booleans and strings must be"
                    + " equal.",
            "Exit code 1 when an output differs.",
            "",
            "Examples:",
            "  tenon verify model.onnx optimised.onnx --shape x=1x3x224x224",
            "  tenon verify silero-v6 --in sr=16000 --shape input=1x576 --shape state=2x1x128"
                    + " --layers"
        })
final class VerifyCommand extends Command {
    @Parameters(index = "0", paramLabel = "A", description = "The model that is right.")
    private String first = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "B",
            description = "The model to compare with it.")
    private @Nullable String second;

    @Mixin private InputOptions inputs = new InputOptions();

    @Mixin private ShapeOptions shapes = new ShapeOptions();

    @Option(
            names = "--layers",
            description = "Compare values of equal names inside too; name the first that differs.")
    private boolean layers;

    @Option(
            names = "--rtol",
            paramLabel = "R",
            description = "Relative tolerance (default: ${DEFAULT-VALUE}).")
    private double relative = 1e-3;

    @Option(
            names = "--atol",
            paramLabel = "A",
            description = "Absolute tolerance (default: ${DEFAULT-VALUE}).")
    private double absolute = 1e-5;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    /// One output, or one value inside.
    ///
    /// @param problem null when the values agree
    /// @param difference null when they cannot be compared element by element
    private record Finding(
            String name, @Nullable String problem, @Nullable TensorDifference difference) {}

    @Override
    public Integer call() {
        var a = shapes.apply(Models.read(first));
        var b = second == null ? a : shapes.apply(Models.read(second));
        checkPorts(a, b);
        var common = layers ? common(a, b) : Set.<String>of();
        var values = inputs.values(a);
        List<Finding> findings;
        try (var _ = console().progress("comparing", 0)) {
            var right =
                    run(
                            Layers.expose(a, common),
                            values,
                            second == null ? Engine.REFERENCE : Engine.MODEL);
            var other = run(Layers.expose(b, common), values, Engine.MODEL);
            findings = compare(a, common, right, other);
        }
        int outputs = a.outputs().size();
        boolean same = findings.subList(0, outputs).stream().allMatch(f -> f.problem == null);
        var parting =
                findings.subList(outputs, findings.size()).stream()
                        .filter(f -> f.problem != null)
                        .findFirst()
                        .orElse(null);
        if (json) {
            printJson(toJson(a, findings, same, parting));
        } else {
            print(a, findings, same, parting);
        }
        return same ? OK : NO;
    }

    private static void checkPorts(Graph a, Graph b) {
        check("inputs", names(a.inputs()), names(b.inputs()));
        check("outputs", outputNames(a), outputNames(b));
    }

    private static void check(String what, List<String> a, List<String> b) {
        if (!Set.copyOf(a).equals(Set.copyOf(b))) {
            throw new GraphException(
                    Problem.of("the models have different " + what).expected(a).got(b));
        }
    }

    private static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }

    private static List<String> outputNames(Graph graph) {
        return graph.outputs().stream().map(Graph.Output::name).toList();
    }

    private static Set<String> common(Graph a, Graph b) {
        var common = new HashSet<>(Layers.producers(a).keySet());
        common.retainAll(Layers.producers(b).keySet());
        return common;
    }

    private static Map<String, Datum> run(Graph graph, Map<String, Datum> values, Engine engine) {
        var ordered = new ArrayList<Datum>();
        for (var input : graph.inputs()) {
            ordered.add(values.get(input.name()));
        }
        var results = new HashMap<String, Datum>();
        try (var session = engine.open(graph)) {
            var outputs = session.run(ordered);
            for (int i = 0; i < outputs.size(); i++) {
                results.put(graph.outputs().get(i).name(), outputs.get(i));
            }
        }
        return results;
    }

    /// The outputs first, then the values inside in the order of A's nodes.
    private List<Finding> compare(
            Graph a, Set<String> common, Map<String, Datum> right, Map<String, Datum> other) {
        var names = new ArrayList<>(outputNames(a));
        Layers.producers(a).keySet().stream().filter(common::contains).forEach(names::add);
        var tolerance = new Tolerance(relative, absolute);
        var findings = new ArrayList<Finding>();
        for (var name : names) {
            var expected = right.get(name);
            var actual = other.get(name);
            var difference =
                    expected instanceof Tensor x
                                    && actual instanceof Tensor y
                                    && TensorDifference.comparable(x, y)
                            ? TensorDifference.between(x, y, tolerance)
                            : null;
            findings.add(
                    new Finding(name, Comparison.problem(expected, actual, tolerance), difference));
        }
        return findings;
    }

    private void print(Graph a, List<Finding> findings, boolean same, @Nullable Finding parting) {
        var table = new Table("output", ">largest difference", ">relative", "");
        for (var finding : findings.subList(0, a.outputs().size())) {
            var difference = finding.difference;
            table.row(
                    finding.name,
                    difference == null ? "" : (float) difference.maxAbsolute(),
                    difference == null ? "" : (float) difference.maxRelative(),
                    finding.problem == null ? "ok" : finding.problem);
        }
        console().line(table.toString());
        if (layers) {
            int inside = findings.size() - a.outputs().size();
            console()
                    .line(
                            parting == null
                                    ? "all " + inside + " values inside agree"
                                    : "the first value inside that differs: "
                                            + describe(a, parting)
                                            + ": "
                                            + parting.problem);
        }
        console().line(same ? "the models agree" : "the models differ");
    }

    private static String describe(Graph a, Finding finding) {
        var node = Layers.producers(a).get(finding.name);
        return finding.name
                + (node == null ? "" : " of " + node.op().def().name() + " '" + node.name() + "'");
    }

    private Json toJson(Graph a, List<Finding> findings, boolean same, @Nullable Finding parting) {
        var result =
                Json.object()
                        .put("same", same)
                        .put("rtol", relative)
                        .put("atol", absolute)
                        .put(
                                "outputs",
                                Json.array(
                                        findings.subList(0, a.outputs().size()).stream()
                                                .map(VerifyCommand::toJson)
                                                .toList()));
        if (layers) {
            result.put("layers", findings.size() - a.outputs().size());
            var node = parting == null ? null : Layers.producers(a).get(parting.name);
            result.put(
                    "first_difference",
                    parting == null || node == null
                            ? Json.Null.NULL
                            : Json.object()
                                    .put("node", node.name())
                                    .put("op", node.op().def().name())
                                    .put("value", toJson(parting))
                                    .build());
        }
        return result.build();
    }

    private static Json toJson(Finding finding) {
        var result = Json.object().put("name", finding.name).put("same", finding.problem == null);
        if (finding.problem != null) {
            result.put("problem", finding.problem);
        }
        var difference = finding.difference;
        if (difference != null) {
            result.put("elements", difference.elements())
                    .put("outside", difference.outside())
                    .put("max_absolute", difference.maxAbsolute())
                    .put("max_relative", difference.maxRelative());
        }
        return result.build();
    }
}
