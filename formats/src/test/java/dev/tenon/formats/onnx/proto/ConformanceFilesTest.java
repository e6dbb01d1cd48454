package dev.tenon.formats.onnx.proto;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The ONNX backend suite's files, read and written as Google's implementation does.
class ConformanceFilesTest {
    private static List<Path> models = List.of();

    @BeforeAll
    static void find() throws IOException {
        var root = suite();
        assumeTrue(root != null, "the ONNX backend suite is not there");
        try (var files = Files.walk(root)) {
            models = files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
        }
    }

    private static @Nullable Path suite() {
        var here = Path.of(System.getProperty("tenon.root", ".")).toAbsolutePath().normalize();
        for (var dir = here; dir != null; dir = dir.getParent()) {
            var suite = dir.resolve("shared/conformance/onnx-1.22.0");
            if (Files.isDirectory(suite)) {
                return suite;
            }
        }
        return null;
    }

    @Test
    void models() throws Exception {
        for (var file : models) {
            DifferentialTest.agree(ModelProto.class, Files.readAllBytes(file));
        }
        assertTrue(models.size() > 1900);
    }

    @Test
    void data() throws Exception {
        int seen = 0;
        for (var file : models) {
            try (var arena = Arena.ofConfined()) {
                var model = OnnxWire.readModel(OnnxWire.map(file, arena), Limits.DEFAULT);
                var graph = model.graph();
                if (graph == null) {
                    continue;
                }
                for (var set : dataSets(file)) {
                    seen += data(set, "input_", graph.input());
                    seen += data(set, "output_", graph.output());
                }
            }
        }
        assertTrue(seen > 6000, "files seen: " + seen);
    }

    private static List<Path> dataSets(Path model) throws IOException {
        try (var files = Files.list(model.getParent())) {
            return files.filter(f -> f.getFileName().toString().startsWith("test_data_set_"))
                    .toList();
        }
    }

    private static int data(Path set, String prefix, List<ValueInfoProto> values) throws Exception {
        var kinds = new ArrayList<Class<? extends Message>>();
        for (var value : values) {
            var type = value.type();
            kinds.add(
                    switch (type == null ? null : type.value()) {
                        case TypeProto.Sequence _ -> SequenceProto.class;
                        case TypeProto.Optional _ -> OptionalProto.class;
                        case TypeProto.Map _ -> MapProto.class;
                        case TypeProto.SparseTensor _ -> SparseTensorProto.class;
                        case null, default -> TensorProto.class;
                    });
        }
        int seen = 0;
        for (int i = 0; i < kinds.size(); i++) {
            var file = set.resolve(prefix + i + ".pb");
            if (Files.exists(file)) {
                DifferentialTest.agree(kinds.get(i), Files.readAllBytes(file));
                seen++;
            }
        }
        return seen;
    }
}
