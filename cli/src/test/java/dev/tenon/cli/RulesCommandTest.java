package dev.tenon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.formats.onnx.Onnx;
import dev.tenon.passes.Pass;
import dev.tenon.passes.Pipelines;
import dev.tenon.passes.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesCommandTest {
    @TempDir Path folder;

    @Test
    void tellsWhatRulesDoAndWhatTheOthersAreFor() {
        var model = folder.resolve("linear.onnx");
        Onnx.write(Cli.linear(1, 2, 3, 4), model);
        var out = Cli.run("rules", model).out();
        assertTrue(out.contains("| nodes before | 2 |"), out);
        assertTrue(out.contains("| nodes after | 1 |"), out);
        assertTrue(out.contains("| matmul-bias-to-gemm | 1 (1) |"), out);
        assertTrue(out.contains("`gru-cell`"), out);
    }

    /// The tables of the documentation name the rules that there are.
    @Test
    void theDocumentationIsCurrent() throws IOException {
        var text = Files.readString(Path.of("../docs/optimiser.md"));
        var tables = text.substring(text.indexOf("## What fires"), text.indexOf("## In other"));
        var named = new TreeSet<String>();
        tables.lines()
                .filter(l -> l.startsWith("| "))
                .map(l -> l.substring(2, l.indexOf(" |", 2)))
                .flatMap(c -> Pattern.compile(", ").splitAsStream(c))
                .map(c -> c.replace("`", ""))
                .filter(c -> c.matches("[a-z]+(-[a-z]+)*") && !c.equals("rule"))
                .forEach(named::add);
        var rules = new TreeSet<String>();
        Pipelines.aggressive().rules().stream().map(Rule::name).forEach(rules::add);
        Pipelines.aggressive().passes().stream()
                .filter(p -> p.rules().isEmpty())
                .map(Pass::name)
                .filter(named::contains)
                .forEach(rules::add);
        assertEquals(rules, named);
    }
}
