package dev.tenon.data.npy;

import dev.tenon.base.DType;
import dev.tenon.base.FormatException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads and writes NumPy's .npy files (format versions 1 to 3).
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int CHUNK = 1 << 20;

    private Npy() {}

    /// Reads one array; the file must end with it.
    ///
    /// @throws ResourceException when the file cannot be read
    /// @throws FormatException when it is not a .npy file, is truncated or goes on after the array
    /// @throws LimitException when the array is larger than the limits, before it is allocated
    /// @throws dev.tenon.base.UnsupportedException for element types that tensors do not have
    public static Tensor read(Path file) {
        return read(file, NpyLimits.DEFAULT);
    }

    public static Tensor read(Path file, NpyLimits limits) {
        try (var in = Files.newInputStream(file)) {
            return read(in, Files.size(file), limits);
        } catch (IOException e) {
            throw ResourceException.of("cannot read the file", file, e);
        } catch (TenonException e) {
            throw e.at("npy", file.toString());
        }
    }

    /// Reads an array that fills a stream.
    ///
    /// @throws FormatException when it is not a .npy file, is truncated or goes on after the array
    public static Tensor read(InputStream in) {
        try {
            return read(in, -1, NpyLimits.DEFAULT);
        } catch (IOException e) {
            throw ResourceException.of("cannot read the array", "stream", e);
        }
    }

    /// Reads an array that fills a stream.
    ///
    /// @param length bytes that the stream has, so that nothing is allocated that cannot be filled;
    ///   -1 when unknown
    static Tensor read(InputStream in, long length, NpyLimits limits) throws IOException {
        var start = bytes(in, 8);
        for (int i = 0; i < MAGIC.length; i++) {
            if (start[i] != MAGIC[i]) {
                throw new FormatException(
                        Problem.of("not a .npy file").expected("\\x93NUMPY at its start"));
            }
        }
        int version = start[6];
        if (version < 1 || version > 3) {
            throw new FormatException(
                    Problem.of("unknown version of the .npy format")
                            .expected("1 to 3")
                            .got(version + "." + start[7]));
        }
        var lengthBytes = bytes(in, version == 1 ? 2 : 4);
        long headerLength = 0;
        for (int i = lengthBytes.length - 1; i >= 0; i--) {
            headerLength = headerLength << 8 | lengthBytes[i] & 0xff;
        }
        if (headerLength > limits.header()) {
            throw new LimitException(
                    Problem.of("the header of an array is too large")
                            .expected("at most " + limits.header() + " bytes")
                            .got(headerLength));
        }
        var charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        var header = NpyHeader.parse(new String(bytes(in, (int) headerLength), charset));
        long left = length < 0 ? -1 : length - 8 - lengthBytes.length - headerLength;
        var tensor = elements(in, header, left, limits);
        if (in.read() >= 0) {
            throw new FormatException("there is more after the array than its header says");
        }
        return tensor;
    }

    private static Tensor elements(InputStream in, NpyHeader header, long left, NpyLimits limits)
            throws IOException {
        var descr = header.descr();
        long bytes = byteCount(header, limits);
        if (left >= 0 && left < bytes) {
            throw truncated(bytes, left);
        }
        var shape = header.fortranOrder() ? reversed(header.shape()) : header.shape();
        Tensor tensor;
        if (descr.dtype() == DType.STRING) {
            tensor = NpyStrings.read(in, descr, shape);
        } else {
            tensor = Tensor.zeros(descr.dtype(), shape);
            fill(in, tensor.segment(), descr.swap() ? descr.unit() : 1);
        }
        return header.fortranOrder() ? transposed(tensor, header.shape()) : tensor;
    }

    private static long byteCount(NpyHeader header, NpyLimits limits) {
        if (header.shape().length > limits.rank()) {
            throw new LimitException(
                    Problem.of("an array has too many axes")
                            .expected("at most " + limits.rank())
                            .got(header.shape().length));
        }
        long count = Tensor.size(header.shape());
        int each = Math.max(1, header.descr().bytes());
        if (count > limits.bytes() / each) {
            throw new LimitException(
                    Problem.of("an array is too large")
                            .expected("at most " + limits.bytes() + " bytes")
                            .got(count + " elements of " + each));
        }
        return count * header.descr().bytes();
    }

    private static void fill(InputStream in, MemorySegment memory, int unit) throws IOException {
        var chunk = new byte[(int) Math.min(CHUNK, memory.byteSize())];
        for (long at = 0; at < memory.byteSize(); ) {
            int wanted = (int) Math.min(chunk.length, memory.byteSize() - at);
            int got = in.readNBytes(chunk, 0, wanted);
            if (got < wanted) {
                throw truncated(memory.byteSize(), at + got);
            }
            if (unit > 1) {
                swap(chunk, got, unit);
            }
            MemorySegment.copy(MemorySegment.ofArray(chunk), 0, memory, at, got);
            at += got;
        }
    }

    /// Reverses the bytes of each unit.
    static void swap(byte[] bytes, int length, int unit) {
        for (int from = 0; from < length; from += unit) {
            for (int i = from, j = from + unit - 1; i < j; i++, j--) {
                byte first = bytes[i];
                bytes[i] = bytes[j];
                bytes[j] = first;
            }
        }
    }

    private static long[] reversed(long[] dims) {
        var result = new long[dims.length];
        for (int i = 0; i < dims.length; i++) {
            result[i] = dims[dims.length - 1 - i];
        }
        return result;
    }

    /// Column-major elements, read as a tensor of the reversed shape, in row-major order.
    private static Tensor transposed(Tensor reversed, long[] shape) {
        var result = Tensor.zeros(reversed.dtype(), shape);
        var index = new long[shape.length];
        var strides = new long[shape.length];
        long stride = 1;
        for (int i = 0; i < shape.length; i++) {
            strides[i] = stride;
            stride *= shape[i];
        }
        long from = 0;
        for (long to = 0; to < result.size(); to++) {
            result.copyElement(to, reversed, from);
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                from += strides[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                from -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return result;
    }

    static byte[] bytes(InputStream in, int count) throws IOException {
        var bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw truncated(count, bytes.length);
        }
        return bytes;
    }

    private static FormatException truncated(long expected, long got) {
        return new FormatException(
                Problem.of("the file is truncated").expected(expected + " bytes").got(got));
    }

    /// Writes an array as format version 1.
    ///
    /// @throws ResourceException when the file cannot be written
    /// @throws dev.tenon.base.UnsupportedException for element types that NumPy lacks
    public static void write(Path file, Tensor tensor) {
        try (var out = new BufferedOutputStream(Files.newOutputStream(file), CHUNK)) {
            write(out, tensor);
        } catch (IOException e) {
            throw ResourceException.of("cannot write the file", file, e);
        }
    }

    static void write(OutputStream out, Tensor tensor) throws IOException {
        int longest = tensor.dtype() == DType.STRING ? NpyStrings.longest(tensor) : 0;
        var text = NpyHeader.print(NpyDescr.of(tensor.dtype(), longest), tensor.dims());
        // The array starts at a multiple of 64 and the header ends with a line feed.
        int unpadded = 10 + text.length() + 1;
        var header = text + " ".repeat((64 - unpadded % 64) % 64) + "\n";
        out.write(MAGIC);
        out.write(new byte[] {1, 0, (byte) header.length(), (byte) (header.length() >> 8)});
        out.write(header.getBytes(StandardCharsets.ISO_8859_1));
        if (tensor.dtype() == DType.STRING) {
            NpyStrings.write(out, tensor, longest);
            return;
        }
        var memory = tensor.segment();
        var chunk = new byte[(int) Math.min(CHUNK, memory.byteSize())];
        for (long at = 0; at < memory.byteSize(); at += chunk.length) {
            int count = (int) Math.min(chunk.length, memory.byteSize() - at);
            MemorySegment.copy(memory, at, MemorySegment.ofArray(chunk), 0, count);
            out.write(chunk, 0, count);
        }
    }
}
