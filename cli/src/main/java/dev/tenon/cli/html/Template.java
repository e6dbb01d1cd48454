package dev.tenon.cli.html;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.data.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Pages that bring their data along.
final class Template {
    private static final String DATA = "{\"placeholder\":true}";

    private Template() {}

    /// The page of that name with the data in it.
    static String filled(String name, Json data) {
        // Nothing in the data may end the script that it stands in.
        return read(name).replace(DATA, data.toString().replace("<", "\\u003c"));
    }

    private static String read(String name) {
        try (var in = Objects.requireNonNull(Template.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ResourceException(Problem.of("cannot read the page's template"), e);
        }
    }
}
