package dev.tenon.cli;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// How changes are explained: as text, or also as a page.
///
/// @param page the page's file, or `html` for one named like the model; empty for none
record ExplainForm(String page) {
    private static final String HTML = "html";

    boolean isPage() {
        return !page.isEmpty();
    }

    /// The page's file.
    Path file(String title, @Nullable Path output) {
        if (!page.equals(HTML)) {
            return Path.of(page);
        }
        var name = output == null ? title : String.valueOf(output.getFileName());
        var stem = name.replaceFirst("\\.[^.]*$", "") + ".html";
        return output == null ? Path.of(stem) : output.resolveSibling(stem);
    }

    void write(String html, String title, @Nullable Path output) {
        var file = file(title, output);
        try {
            Files.writeString(file, html);
        } catch (IOException e) {
            throw new ResourceException(Problem.of("cannot write the page").got(file), e);
        }
    }

    /// Takes what follows the option only where it can be meant for it, not the model's name.
    static final class Consumer implements IParameterConsumer {
        @Override
        public void consumeParameters(
                Stack<String> arguments, ArgSpec option, CommandSpec command) {
            boolean named =
                    !arguments.isEmpty()
                            && (arguments.peek().equals(HTML)
                                    || arguments.peek().endsWith("." + HTML));
            option.setValue(new ExplainForm(named ? arguments.pop() : ""));
        }
    }
}
