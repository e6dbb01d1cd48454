package dev.tenon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.Tensor;
import dev.tenon.bench.Difference;
import dev.tenon.cli.conformance.ConformanceCase;
import dev.tenon.cli.conformance.ConformanceRunner;
import dev.tenon.cli.conformance.Tolerance;
import dev.tenon.cli.engine.Engine;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Specialiser;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.TextForm;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipeline;
import dev.tenon.passes.Pipelines;
import dev.tenon.runtime.LayoutChoice;
import dev.tenon.runtime.LoadOptions;
import dev.tenon.runtime.Model;
import dev.tenon.testkit.Closeness;
import dev.tenon.testkit.Generator;
import dev.tenon.testkit.ModelGenerator;
import dev.tenon.testkit.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Optimised graphs give what the graphs give that they were made of.
///
/// The last pipeline does what the others do. `-Dtenon.exhaustive` tests all of them, and 2,000
/// random graphs.
class OptimiserTest {
    private static final boolean EXHAUSTIVE = System.getProperty("tenon.exhaustive") != null;
    private static final int GRAPHS = EXHAUSTIVE ? 2000 : 250;
    private static final PassContext VERIFIED = PassContext.DEFAULT.withVerify(true);

    /// How far an output may be off, as a share of its range.
    private static final double TOLERANCE = 1e-4;

    private static List<Pipeline> pipelines() {
        return EXHAUSTIVE ? Pipelines.all() : List.of(Pipelines.all().getLast());
    }

    /// Floats with NaN, infinities and zeros of both signs among them, now and then none at all.
    private static Tensor awkward(Generator random, Graph graph) {
        long batch = random.oneIn(12) ? 0 : random.between(1, 3);
        var type =
                Specialiser.bind(graph, Map.of("N", Dim.of(batch)))
                        .inputs()
                        .getFirst()
                        .tensorType();
        var tensor = random.tame(DType.FLOAT32, type.shape().toLongs());
        if (random.oneIn(3)) {
            for (long i = 0; i < tensor.size(); i++) {
                if (random.oneIn(10)) {
                    tensor.setDouble(
                            i,
                            random.pick(
                                    0.0,
                                    -0.0,
                                    Double.NaN,
                                    Double.POSITIVE_INFINITY,
                                    Double.NEGATIVE_INFINITY));
                }
            }
        }
        return tensor;
    }

    @Test
    void randomGraphs() {
        Seed.check(
                GRAPHS,
                random -> {
                    var graph = ModelGenerator.draw(random, random.between(2, 12));
                    var data = List.<Datum>of(awkward(random, graph));
                    var expected = new Interpreter(0).run(graph, data);
                    for (var pipeline : Pipelines.all()) {
                        var optimised = pipeline.run(graph, VERIFIED);
                        try {
                            near(
                                    expected,
                                    new Interpreter(0).run(optimised, data),
                                    pipeline == Pipelines.declutter());
                        } catch (AssertionError e) {
                            throw new AssertionError(
                                    pipeline.name()
                                            + ": "
                                            + e.getMessage()
                                            + "\n"
                                            + TextForm.print(graph)
                                            + TextForm.print(optimised),
                                    e);
                        }
                    }
                });
    }

    private static void near(List<Datum> expected, List<Datum> actual, boolean exact) {
        for (int i = 0; i < expected.size(); i++) {
            double largest = 1;
            var tensor = (Tensor) expected.get(i);
            for (long j = 0; j < tensor.size(); j++) {
                double size = Math.abs(tensor.getDouble(j));
                largest = Double.isFinite(size) ? Math.max(largest, size) : largest;
            }
            var closeness = exact ? Closeness.EXACT : new Closeness(TOLERANCE, TOLERANCE * largest);
            closeness.assertNear(expected.get(i), actual.get(i));
        }
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void conformanceSuite(Pipeline pipeline) {
        var suite = SuiteFiles.root();
        assumeTrue(
                suite != null,
                "the ONNX backend suite is not there: shared/conformance/onnx-1.22.0");
        var cases =
                ConformanceCase.find(suite).stream()
                        .filter(c -> !c.name().startsWith("light_"))
                        .toList();
        var plain = new ConformanceRunner(Engine.REFERENCE, Tolerance.ONNX, Map.of(), 1);
        var optimising =
                new ConformanceRunner(
                        graph -> Engine.REFERENCE.open(pipeline.run(graph, VERIFIED)),
                        Tolerance.ONNX,
                        Map.of(),
                        2);
        var broken = new ArrayList<String>();
        for (var failure : optimising.run(cases, (c, problem) -> {}).failed()) {
            var name = failure.name();
            var same = cases.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
            if (plain.problem(same) == null) {
                broken.add(name + ": " + failure.reason());
            }
        }
        assertEquals(List.of(), broken);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "minilm",
                "ppocr-det",
                "ppocr-rec",
                "ppocr-cls",
                "silero-v6",
                "silero-v5",
                "wakeword-mel",
                "wakeword-embedding",
                "wakeword-alexa",
                "wakeword-jarvis",
                "wakeword-mycroft",
                "wakeword-rhasspy",
                "wakeword-timer",
                "wakeword-weather"
            })
    void realModels(String name) {
        var graph = Onnx.read(RealModels.path(name));
        try (var model = Model.of(graph, LoadOptions.DEFAULT.withoutPipeline())) {
            for (var pipeline : pipelines()) {
                var optimised = pipeline.run(graph, VERIFIED);
                try (var other = Model.of(optimised, LoadOptions.DEFAULT.withoutPipeline())) {
                    same(name, pipeline.name(), graph, model, other);
                }
            }
            for (var layouts : LayoutChoice.values()) {
                if (layouts != LayoutChoice.MEASURED) {
                    var options = LoadOptions.DEFAULT.withLayouts(layouts);
                    try (var other = Model.of(graph, options)) {
                        same(name, layouts.toString(), graph, model, other);
                    }
                }
            }
        }
    }

    private static void same(String name, String change, Graph graph, Model model, Model other) {
        runs(name, graph)
                .forEach(
                        run -> {
                            double difference =
                                    Difference.between(model.run(run), other.run(run)).ofRange();
                            assertTrue(
                                    difference <= TOLERANCE,
                                    name + " " + change + ": " + difference);
                        });
    }

    /// Inputs of three shapes where the model takes several.
    private static Stream<Map<String, ? extends Datum>> runs(String name, Graph graph) {
        return switch (name) {
            case "minilm" ->
                    Stream.of(
                            RealModels.tokens(1, 16, 1),
                            RealModels.tokens(1, 64, 2),
                            RealModels.tokens(3, 9, 3));
            case "ppocr-det" -> images(new int[][] {{64, 96}, {96, 64}, {160, 160}});
            case "ppocr-rec" -> images(new int[][] {{48, 100}, {48, 160}, {48, 213}});
            case "ppocr-cls" -> images(new int[][] {{48, 192}, {48, 100}, {96, 64}});
            case "silero-v6", "silero-v5" ->
                    Stream.of(
                            Map.of(
                                    "input", RealModels.noise(1, -1, 1, 1, 576),
                                    "state", Tensor.zeros(DType.FLOAT32, 2, 1, 128),
                                    "sr", Tensor.scalar(16_000L)));
            case "wakeword-mel" ->
                    Stream.of(4000, 8000, 12_345)
                            .map(n -> Map.of("input", RealModels.noise(2, -1000, 1000, 1, n)));
            default ->
                    Stream.of(1, 2, 3)
                            .map(
                                    seed -> {
                                        var input = graph.inputs().getFirst();
                                        var dims =
                                                input.tensorType().shape().dims().stream()
                                                        .mapToLong(d -> d.known().orElse(1))
                                                        .toArray();
                                        return Map.of(
                                                input.name(), RealModels.noise(seed, -1, 1, dims));
                                    });
        };
    }

    private static Stream<Map<String, ? extends Datum>> images(int[][] sizes) {
        return Stream.of(sizes).map(s -> Map.of("x", RealModels.text("Tenon 25", s[0], s[1])));
    }

    @Test
    void whatIsLeftToRun() {
        assertTrue(nodes(fused(RealModels.path("minilm"))) <= 60);
        var det = fused(RealModels.path("ppocr-det"));
        var left = Set.of("BatchNormalization", "HardSwish", "HardSigmoid", "Transpose");
        assertTrue(det.nodes().stream().noneMatch(n -> left.contains(n.op().def().name())));
        var suite = SuiteFiles.root();
        if (suite != null) {
            var resnet = suite.resolve("light").resolve("light_resnet50.onnx");
            assertTrue(nodes(fused(resnet)) <= 60);
        }
    }

    private static Graph fused(Path model) {
        return Pipelines.codegen().run(Onnx.read(model), VERIFIED);
    }

    /// Nodes of a graph and its subgraphs, constants apart.
    private static long nodes(Graph graph) {
        long count = 0;
        for (var node : graph.nodes()) {
            count += node.op() instanceof Constant ? 0 : 1;
            for (var inner : Subgraphs.of(node.op()).values()) {
                count += nodes(inner);
            }
        }
        return count;
    }
}
