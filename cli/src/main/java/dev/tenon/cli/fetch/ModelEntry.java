package dev.tenon.cli.fetch;

import java.util.List;

/// A model that can be fetched.
///
/// @param name the short name
/// @param about what it is for, and what goes in and out
/// @param files the model first
public record ModelEntry(String name, String about, Source source, List<File> files) {
    /// One file.
    ///
    /// @param path in the package
    /// @param name in the model's folder of the cache
    public record File(String path, String name, long bytes, String sha256) {}

    public ModelEntry {
        files = List.copyOf(files);
    }

    public File model() {
        return files.getFirst();
    }

    public long bytes() {
        return files.stream().mapToLong(File::bytes).sum();
    }
}
