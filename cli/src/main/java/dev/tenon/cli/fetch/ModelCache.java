package dev.tenon.cli.fetch;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The folder of fetched models: `TENON_CACHE`, else `~/.cache/tenon`; in it a folder a model.
///
/// A file appears only when it is whole and its checksum is right.
public record ModelCache(Path folder) {
    public static ModelCache standard() {
        var configured = System.getenv("TENON_CACHE");
        return new ModelCache(
                configured == null || configured.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache", "tenon")
                        : Path.of(configured));
    }

    public Path path(ModelEntry entry, ModelEntry.File file) {
        return folder.resolve(entry.name()).resolve(file.name());
    }

    /// Whether all files of a model are there, going by their sizes.
    public boolean has(ModelEntry entry) {
        try {
            for (var file : entry.files()) {
                var path = path(entry, file);
                if (!Files.exists(path) || Files.size(path) != file.bytes()) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw failed(entry, e);
        }
    }

    /// Whether all files of a model are there and have the right checksums.
    public boolean verify(ModelEntry entry) {
        if (!has(entry)) {
            return false;
        }
        try {
            for (var file : entry.files()) {
                try (var in = Files.newInputStream(path(entry, file))) {
                    if (!copy(in, OutputStream.nullOutputStream()).equals(file.sha256())) {
                        return false;
                    }
                }
            }
            return true;
        } catch (IOException e) {
            throw failed(entry, e);
        }
    }

    /// Takes a file into the cache.
    ///
    /// @throws ResourceException when the content is not what the file should have, or cannot be
    ///   written
    void store(ModelEntry entry, ModelEntry.File file, InputStream content) throws IOException {
        var target = path(entry, file);
        Files.createDirectories(target.getParent());
        var temporary = Files.createTempFile(target.getParent(), "." + file.name(), ".part");
        try {
            String digest;
            try (var out = Files.newOutputStream(temporary)) {
                digest = copy(content, out);
            }
            if (!digest.equals(file.sha256())) {
                throw new ResourceException(
                        Problem.of("a fetched file is not the one that was expected")
                                .node(file.path())
                                .expected("sha256 " + file.sha256())
                                .got(digest)
                                .advice(
                                        "The download was damaged or the package was changed; do"
                                                + " not use it. Try again"));
            }
            Files.move(
                    temporary,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /// @return the SHA-256 of what was copied
    private static String copy(InputStream in, OutputStream out) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[1 << 16];
            for (int count; (count = in.read(buffer)) >= 0; ) {
                digest.update(buffer, 0, count);
                out.write(buffer, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private ResourceException failed(ModelEntry entry, IOException e) {
        return unusable(folder.resolve(entry.name()), e);
    }

    /// The error for a folder of the cache that cannot be read or written.
    static ResourceException unusable(Path folder, IOException e) {
        var problem =
                ResourceException.of("the cache of models cannot be used", folder, e).problem();
        return new ResourceException(
                problem.advice("Set TENON_CACHE to a folder that can be written"), e);
    }
}
