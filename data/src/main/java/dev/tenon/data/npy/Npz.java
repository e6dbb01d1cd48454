package dev.tenon.data.npy;

import dev.tenon.base.FormatException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Reads and writes NumPy's .npz archives: named arrays, one .npy file each, packed or not.
public final class Npz {
    private static final String SUFFIX = ".npy";

    private Npz() {}

    /// The arrays by name, in the archive's order.
    ///
    /// @throws ResourceException when the file cannot be read
    /// @throws FormatException when it is not an archive of arrays
    /// @throws LimitException when there are too many or they unpack to too much, whatever the
    ///   archive's directory says
    public static SequencedMap<String, Tensor> read(Path file) {
        return read(file, NpyLimits.DEFAULT);
    }

    public static SequencedMap<String, Tensor> read(Path file, NpyLimits limits) {
        try (var zip = new ZipFile(file.toFile())) {
            if (zip.size() > limits.arrays()) {
                throw new LimitException(
                        Problem.of("an archive holds too many arrays")
                                .expected("at most " + limits.arrays())
                                .got(zip.size()));
            }
            var arrays = new LinkedHashMap<String, Tensor>();
            long left = limits.bytes();
            for (var entries = zip.entries(); entries.hasMoreElements(); ) {
                var entry = entries.nextElement();
                var name = name(entry);
                try (var in =
                        new Metered(new BufferedInputStream(zip.getInputStream(entry)), left)) {
                    var rest = new NpyLimits(left, limits.header(), limits.arrays(), limits.rank());
                    if (arrays.put(name, Npy.read(in, entry.getSize(), rest)) != null) {
                        throw new FormatException(
                                Problem.of("an archive holds two arrays of one name"));
                    }
                    left = in.left;
                } catch (TenonException e) {
                    throw e.at("npz", name);
                }
            }
            return arrays;
        } catch (ZipException e) {
            throw new FormatException(
                    Problem.of("not an archive of arrays (" + e.getMessage() + ")")
                            .node(file.toString()),
                    e);
        } catch (IOException e) {
            throw ResourceException.of("cannot read the file", file, e);
        }
    }

    private static String name(ZipEntry entry) {
        var name = entry.getName();
        if (!name.endsWith(SUFFIX)) {
            throw new FormatException(
                    Problem.of("an archive holds something that is no array")
                            .expected("names ending in " + SUFFIX)
                            .got(name));
        }
        return name.substring(0, name.length() - SUFFIX.length());
    }

    /// Writes arrays, packed.
    ///
    /// @throws ResourceException when the file cannot be written
    /// @throws dev.tenon.base.UnsupportedException for element types that NumPy lacks
    public static void write(Path file, Map<String, Tensor> arrays) {
        try (var out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (var array : arrays.entrySet()) {
                out.putNextEntry(new ZipEntry(array.getKey() + SUFFIX));
                Npy.write(out, array.getValue());
                out.closeEntry();
            }
        } catch (IOException e) {
            throw ResourceException.of("cannot write the file", file, e);
        }
    }

    /// Counts what is unpacked and stops at a budget, so that a small archive cannot unpack to
    /// anything.
    private static final class Metered extends FilterInputStream {
        private long left;

        Metered(InputStream in, long budget) {
            super(in);
            left = budget;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            spend(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            spend(Math.max(count, 0));
            return count;
        }

        private void spend(int count) {
            left -= count;
            if (left < 0) {
                throw new LimitException(Problem.of("an archive unpacks to more than is allowed"));
            }
        }
    }
}
