package dev.tenon.data.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.FormatException;
import dev.tenon.base.LimitException;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.base.UnsupportedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    private static final List<DType> LACKING =
            List.of(
                    DType.BFLOAT16,
                    DType.FLOAT8E4M3FN,
                    DType.FLOAT8E4M3FNUZ,
                    DType.FLOAT8E5M2,
                    DType.FLOAT8E5M2FNUZ,
                    DType.FLOAT8E8M0,
                    DType.FLOAT4E2M1,
                    DType.INT2,
                    DType.INT4,
                    DType.UINT2,
                    DType.UINT4);

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyTypeOfNumpyRoundTrips(DType dtype) {
        var file = folder.resolve("a.npy");
        for (var shape :
                List.of(new long[0], new long[] {0, 3}, new long[] {7}, new long[] {2, 3, 5})) {
            var tensor = filled(dtype, shape);
            if (LACKING.contains(dtype)) {
                assertThrows(UnsupportedException.class, () -> Npy.write(file, tensor));
            } else {
                Npy.write(file, tensor);
                assertTrue(
                        tensor.contentEquals(Npy.read(file)),
                        () -> tensor + " became " + Npy.read(file));
            }
        }
    }

    private static Tensor filled(DType dtype, long... shape) {
        var tensor = Tensor.zeros(dtype, shape);
        var random = new Random(3);
        for (long i = 0; i < tensor.size(); i++) {
            if (dtype == DType.STRING) {
                tensor.setString(i, "é😀".repeat((int) i % 3));
            } else if (dtype.kind() == DType.Kind.COMPLEX) {
                tensor.setComplex(i, random.nextGaussian(), random.nextGaussian());
            } else {
                tensor.setLong(i, random.nextInt(200) - 100);
            }
        }
        return tensor;
    }

    @Test
    void bigEndianAndColumnsFirst() {
        // np.asfortranarray(np.array([[1, 2, 3], [4, 5, 6]], '>i2'))
        var data = new byte[] {0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6};
        var tensor =
                read(file(1, "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", data));
        assertEquals(DType.INT16, tensor.dtype());
        assertArrayEquals(new long[] {2, 3}, tensor.dims());
        assertArrayEquals(new long[] {1, 2, 3, 4, 5, 6}, tensor.toLongs());
    }

    @Test
    void columnsFirstInThreeAxes() {
        var data = new byte[24];
        for (int i = 0; i < 24; i++) {
            data[i] = (byte) i;
        }
        var tensor =
                read(file(2, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4)}", data));
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < 4; k++) {
                    assertEquals(i + 2 * j + 6 * k, tensor.getLong((i * 3 + j) * 4 + k));
                }
            }
        }
    }

    @Test
    void bytesBecomeStrings() {
        var data = "ab\0\0é\0\0".getBytes(StandardCharsets.UTF_8);
        var tensor =
                read(file(3, "{'descr': '|S4', 'fortran_order': False, 'shape': (2,), }", data));
        assertArrayEquals(new String[] {"ab", "é"}, tensor.strings());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "{'descr': '<f4', 'fortran_order': False}",
                "{'descr': '<f4', 'fortran_order': 0, 'shape': ()}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}",
                "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}",
                "{'descr': 'float', 'fortran_order': False, 'shape': ()}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': ()} + 1"
            })
    void malformedHeaders(String header) {
        assertThrows(FormatException.class, () -> read(file(1, header, new byte[4])));
    }

    @Test
    void whatTensorsCannotHold() {
        for (var descr : List.of("'|O'", "'<f16'", "'<M8[ns]'", "'|V2'", "[('a', '<f4')]")) {
            var header = "{'descr': " + descr + ", 'fortran_order': False, 'shape': (1,), }";
            assertThrows(
                    UnsupportedException.class, () -> read(file(1, header, new byte[16])), descr);
        }
    }

    @Test
    void tooLargeIsRefusedBeforeItIsAllocated() {
        var huge = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000, 1000), }";
        assertThrows(LimitException.class, () -> read(file(1, huge, new byte[8])));
        var large = "{'descr': '<f8', 'fortran_order': False, 'shape': (100000000,), }";
        assertThrows(FormatException.class, () -> read(file(1, large, new byte[8])));
        assertThrows(LimitException.class, () -> read(file(2, " ".repeat(100_000), new byte[0])));
        var axes = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "1,".repeat(65) + "), }";
        assertThrows(LimitException.class, () -> read(file(2, axes, new byte[8])));
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        var path = folder.resolve("a.npy");
        Npy.write(path, Tensor.of(new float[] {1, 2, 3}, 3));
        var whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length++) {
            var part = Arrays.copyOf(whole, length);
            assertThrows(FormatException.class, () -> read(part), "cut at " + length);
        }
        assertThrows(FormatException.class, () -> read(Arrays.copyOf(whole, whole.length + 1)));
    }

    @Test
    void anyByteMayBeWrong() throws IOException {
        var path = folder.resolve("a.npy");
        Npy.write(path, Tensor.of(new float[] {1, 2, 3}, 3));
        var whole = Files.readAllBytes(path);
        var random = new Random(5);
        for (int i = 0; i < 5000; i++) {
            var changed = whole.clone();
            changed[random.nextInt(128)] = (byte) random.nextInt();
            try {
                read(changed);
            } catch (TenonException e) {
                assertTrue(e.getMessage().length() < 300, e.getMessage());
            }
        }
    }

    @Test
    void archivesRoundTrip() {
        var arrays = new LinkedHashMap<String, Tensor>();
        arrays.put("x", Tensor.of(new float[] {1, 2}, 2));
        arrays.put("deep/ñ", Tensor.of(new long[0], 0));
        var file = folder.resolve("a.npz");
        Npz.write(file, arrays);
        var read = Npz.read(file);
        assertEquals(List.copyOf(arrays.keySet()), List.copyOf(read.keySet()));
        arrays.forEach((name, tensor) -> assertTrue(tensor.contentEquals(read.get(name))));
    }

    @Test
    void bombsAreStopped() throws IOException {
        var file = folder.resolve("bomb.npz");
        var header = "{'descr': '|u1', 'fortran_order': False, 'shape': (50000000,), }";
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.putNextEntry(new ZipEntry("a.npy"));
            out.write(file(1, header, new byte[50_000_000]));
            out.closeEntry();
        }
        assertTrue(Files.size(file) < 100_000);
        assertThrows(
                LimitException.class, () -> Npz.read(file, new NpyLimits(1_000_000, 1000, 10, 8)));
        assertEquals(50_000_000, Npz.read(file).get("a").size());
    }

    @Test
    void otherFilesAreNoArchives() throws IOException {
        var file = Files.write(folder.resolve("a.npz"), new byte[] {1, 2, 3});
        assertThrows(FormatException.class, () -> Npz.read(file));
        assertThrows(TenonException.class, () -> Npy.read(folder.resolve("missing.npy")));
    }

    private static Tensor read(byte[] bytes) {
        try {
            return Npy.read(new ByteArrayInputStream(bytes), bytes.length, NpyLimits.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] file(int version, String header, byte[] data) {
        var out = new ByteArrayOutputStream();
        var text = header.getBytes(StandardCharsets.UTF_8);
        var length = ByteBuffer.allocate(version == 1 ? 2 : 4).order(ByteOrder.LITTLE_ENDIAN);
        if (version == 1) {
            length.putShort((short) text.length);
        } else {
            length.putInt(text.length);
        }
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        out.writeBytes(length.array());
        out.writeBytes(text);
        out.writeBytes(data);
        return out.toByteArray();
    }
}
