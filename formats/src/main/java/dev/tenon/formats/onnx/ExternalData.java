package dev.tenon.formats.onnx;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.formats.onnx.proto.TensorProto;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The files beside a model that hold the data of its large tensors.
///
/// Only regular files inside the model's own folder are opened: no absolute paths, no `..`, no
/// symbolic links, no files with further hard links. Each file is opened once and mapped for as
/// long as the arena lives.
final class ExternalData {
    private static final Set<String> KEYS =
            Set.of("location", "offset", "length", "checksum", "basepath");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final @Nullable Path folder;
    private final Arena arena;
    private final Map<Path, MemorySegment> files = new HashMap<>();

    /// @param folder the model's folder; null for models that were not read from a file
    ExternalData(@Nullable Path folder, Arena arena) {
        this.folder = folder;
        this.arena = arena;
    }

    /// The bytes of a tensor.
    ///
    /// @param bytes how many its type and shape ask for
    /// @throws FormatException when the reference is malformed or leads out of the folder or the
    ///   file
    /// @throws ResourceException when the file cannot be read
    MemorySegment segment(TensorProto tensor, long bytes) {
        var entries = new HashMap<String, String>();
        for (var entry : tensor.externalData()) {
            if (!KEYS.contains(entry.key()) || entries.put(entry.key(), entry.value()) != null) {
                throw problem(
                        tensor, "unknown or repeated key of external data", KEYS, entry.key());
            }
        }
        var location = entries.get("location");
        if (location == null) {
            throw problem(tensor, "external data has no location", "a file name", entries.keySet());
        }
        var file = map(tensor, location);
        long offset = number(tensor, entries, "offset", 0);
        long length = number(tensor, entries, "length", bytes);
        if (length != bytes) {
            throw problem(tensor, "external data has a wrong length", bytes + " bytes", length);
        }
        if (offset > file.byteSize() - length) {
            throw problem(
                    tensor,
                    "external data reaches beyond the end of " + location,
                    "at most " + file.byteSize() + " bytes",
                    offset + " + " + length);
        }
        return file.asSlice(offset, length);
    }

    private static long number(
            TensorProto tensor, Map<String, String> entries, String key, long otherwise) {
        var text = entries.get(key);
        if (text == null) {
            return otherwise;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw problem(tensor, "external data: " + key + " is no number", "0 or more", text);
        }
        return Long.parseLong(text);
    }

    private MemorySegment map(TensorProto tensor, String location) {
        if (folder == null) {
            throw new ResourceException(
                    Problem.of("the model's data is in another file, and its folder is unknown")
                            .node(tensor.name())
                            .got(location)
                            .advice("Load the model by its path"));
        }
        var path = resolve(tensor, location, folder);
        var mapped = files.get(path);
        if (mapped == null) {
            mapped = open(tensor, location, path, folder);
            files.put(path, mapped);
        }
        return mapped;
    }

    private static Path resolve(TensorProto tensor, String location, Path folder) {
        try {
            var relative = Path.of(location);
            boolean drive = location.length() > 1 && location.charAt(1) == ':';
            boolean leaves =
                    relative.isAbsolute()
                            || drive
                            || location.indexOf('\\') >= 0
                            || location.isEmpty();
            for (var part : relative) {
                leaves |= part.toString().equals("..");
            }
            if (leaves) {
                throw problem(
                        tensor,
                        "external data lies outside the model's folder",
                        "a relative path",
                        location);
            }
            return folder.resolve(relative).normalize();
        } catch (InvalidPathException e) {
            throw new FormatException(
                    Problem.of("external data has a malformed location")
                            .node(tensor.name())
                            .got(location),
                    e);
        }
    }

    private MemorySegment open(TensorProto tensor, String location, Path path, Path folder) {
        try {
            var real = path.toRealPath();
            var expected = folder.toRealPath().resolve(folder.relativize(path)).normalize();
            if (!real.equals(expected) || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw problem(
                        tensor,
                        "external data is no regular file of the model's folder",
                        expected,
                        real);
            }
            if (hardLinks(path) > 1) {
                throw problem(
                        tensor,
                        "external data has further hard links",
                        "one name for " + location,
                        "several");
            }
            try (var channel =
                    FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            }
        } catch (IOException e) {
            throw new ResourceException(
                    Problem.of("external data cannot be read")
                            .node(tensor.name())
                            .got(e)
                            .advice("Put " + location + " beside the model"),
                    e);
        }
    }

    private static int hardLinks(Path path) throws IOException {
        boolean unix = path.getFileSystem().supportedFileAttributeViews().contains("unix");
        return unix
                        && Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
                                instanceof Integer links
                ? links
                : 1;
    }

    private static FormatException problem(
            TensorProto tensor, String what, Object expected, Object got) {
        return new FormatException(
                Problem.of(what).node(tensor.name()).expected(expected).got(got));
    }
}
