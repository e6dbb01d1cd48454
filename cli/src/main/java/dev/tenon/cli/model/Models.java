package dev.tenon.cli.model;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.cli.bench.Suite;
import dev.tenon.cli.fetch.ModelCache;
import dev.tenon.cli.fetch.ModelTable;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.formats.onnx.Target;
import dev.tenon.graph.Graph;
import dev.tenon.graph.TextForm;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Models as commands name them: a file, or the short name of a fetched model or one of the suite.
public final class Models {
    private Models() {}

    /// The file of a model.
    ///
    /// @throws ResourceException when there is none
    public static Path file(String model) {
        var path = Path.of(model);
        if (Files.isRegularFile(path)) {
            return path;
        }
        var entry = ModelTable.find(model);
        var cache = ModelCache.standard();
        if (entry != null && cache.has(entry)) {
            return cache.path(entry, entry.model());
        }
        var known = Suite.find(model);
        if (known != null) {
            return known.file();
        }
        var missing = Problem.of("there is no such model file").node(model);
        throw new ResourceException(
                entry == null ? missing : missing.advice("Get it with: tenon fetch " + model));
    }

    /// Reads a model: ONNX, or the text form where the name ends in `.txt`.
    ///
    /// @throws ResourceException when there is none or it cannot be read
    /// @throws dev.tenon.base.TenonException what reading a malformed or unsupported model throws
    public static Graph read(String model) {
        var file = file(model);
        return isText(file) ? TextForm.parse(readText(file)) : Onnx.read(file);
    }

    /// Writes a model in the form that the name's end says: `.onnx`, or `.txt` for the text form.
    ///
    /// @throws FormatException when the name ends otherwise
    /// @throws ResourceException when the file cannot be written
    public static void write(Graph graph, Path file) {
        write(graph, file, Target.ONNX);
    }

    /// The same for those that a target reads.
    public static void write(Graph graph, Path file, Target target) {
        if (isText(file)) {
            writeText(file, TextForm.print(graph));
        } else if (file.toString().endsWith(".onnx")) {
            Onnx.write(graph, file, target);
        } else {
            throw new FormatException(
                    Problem.of("the form of a model follows from its file's name")
                            .expected(".onnx or .txt")
                            .got(file));
        }
    }

    private static boolean isText(Path file) {
        return file.toString().endsWith(".txt");
    }

    private static String readText(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new FormatException(
                    Problem.of("not a text").node(file.toString()).expected("UTF-8"), e);
        } catch (IOException e) {
            throw ResourceException.of("cannot read the file", file, e);
        }
    }

    /// Writes UTF-8.
    ///
    /// @throws ResourceException when the file cannot be written
    public static void writeText(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw ResourceException.of("cannot write the file", file, e);
        }
    }
}
