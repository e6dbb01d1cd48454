package dev.tenon.base;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A dense tensor: an element type, extents, and elements in row-major order.
///
/// Elements lie in a [MemorySegment] in little-endian order without padding (types narrower than a
/// byte packed, the first element in the lowest bits), or in a `String[]` for strings. Tensors made
/// from arrays, buffers or segments share their memory; nothing is copied, and whoever changes the
/// memory changes the tensor. Tenon itself never writes to a tensor that it was given.
///
/// The element accessors ([#getDouble], [#setLong] and so on) convert and are meant for tests,
/// reference code and small tensors; fast code works on [#segment()].
public final class Tensor implements Datum {
    static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final DType dtype;
    private final long[] dims;
    private final long size;
    private final @Nullable MemorySegment segment;
    private final String @Nullable [] strings;

    private Tensor(
            DType dtype,
            long[] dims,
            @Nullable MemorySegment segment,
            String @Nullable [] strings) {
        this.dtype = dtype;
        this.dims = dims;
        this.size = size(dims);
        this.segment = segment;
        this.strings = strings;
        long expected = strings == null ? dtype.bytes(size) : size;
        long got = strings == null ? Objects.requireNonNull(segment).byteSize() : strings.length;
        if (got != expected) {
            throw new InputException(
                    Problem.of("the data does not fill the shape")
                            .expected(
                                    expected
                                            + (strings == null ? " bytes" : " strings")
                                            + " for "
                                            + type())
                            .got(got));
        }
    }

    /// The number of elements of a shape.
    ///
    /// @throws InputException for a negative extent
    /// @throws LimitException when the product does not fit a `long`
    public static long size(long... dims) {
        long size = 1;
        boolean empty = false;
        for (long dim : dims) {
            if (dim < 0) {
                throw new InputException(Problem.of("negative extent").got(Arrays.toString(dims)));
            }
            empty |= dim == 0;
        }
        if (empty) {
            return 0;
        }
        try {
            for (long dim : dims) {
                size = Math.multiplyExact(size, dim);
            }
        } catch (ArithmeticException e) {
            throw new LimitException(
                    Problem.of("a shape has too many elements").got(Arrays.toString(dims)), e);
        }
        return size;
    }

    /// Zeros (empty strings, for strings) on the heap.
    ///
    /// @throws LimitException when the tensor does not fit the heap
    public static Tensor zeros(DType dtype, long... dims) {
        long size = size(dims);
        if (dtype == DType.STRING) {
            int length = arrayLength(size, dtype, dims);
            Budget.allocate(8L * length);
            var strings = new String[length];
            Arrays.fill(strings, "");
            return new Tensor(dtype, dims.clone(), null, strings);
        }
        long bytes = dtype.bytes(size);
        int length = arrayLength(bytes / 8 + (bytes % 8 == 0 ? 0 : 1), dtype, dims);
        Budget.allocate(bytes);
        long[] words;
        try {
            words = new long[length];
        } catch (OutOfMemoryError e) {
            throw tooLarge(dtype, dims, e);
        }
        return new Tensor(
                dtype, dims.clone(), MemorySegment.ofArray(words).asSlice(0, bytes), null);
    }

    private static int arrayLength(long length, DType dtype, long[] dims) {
        if (length > Integer.MAX_VALUE - 8 || length > Runtime.getRuntime().maxMemory() / 8) {
            throw tooLarge(dtype, dims, null);
        }
        return (int) length;
    }

    private static LimitException tooLarge(DType dtype, long[] dims, @Nullable Throwable cause) {
        return new LimitException(
                Problem.of("a tensor does not fit the heap")
                        .expected("at most " + Runtime.getRuntime().maxMemory() + " bytes")
                        .got(dtype + Arrays.toString(dims))
                        .advice("Give the JVM more memory (-Xmx) or check the shape"),
                cause);
    }

    /// Zeros in memory of the given arena, aligned to 64 bytes.
    public static Tensor allocate(Arena arena, DType dtype, long... dims) {
        if (dtype == DType.STRING) {
            return zeros(dtype, dims);
        }
        return new Tensor(dtype, dims.clone(), arena.allocate(dtype.bytes(size(dims)), 64), null);
    }

    /// A tensor over memory that is not copied. Its lifetime is the segment's.
    ///
    /// @throws InputException when the segment's size is not that of the shape
    public static Tensor of(DType dtype, MemorySegment segment, long... dims) {
        if (dtype == DType.STRING) {
            throw new InputException("strings do not lie in a memory segment");
        }
        return new Tensor(dtype, dims.clone(), segment, null);
    }

    /// A tensor over a buffer's remaining elements, which are not copied. The buffer must be direct
    /// or backed by an array, and in little-endian order where its elements are wider than a byte.
    public static Tensor of(DType dtype, Buffer buffer, long... dims) {
        return of(dtype, MemorySegment.ofBuffer(buffer), dims);
    }

    public static Tensor of(float[] elements, long... dims) {
        return of(DType.FLOAT32, MemorySegment.ofArray(elements), dims);
    }

    public static Tensor of(double[] elements, long... dims) {
        return of(DType.FLOAT64, MemorySegment.ofArray(elements), dims);
    }

    public static Tensor of(long[] elements, long... dims) {
        return of(DType.INT64, MemorySegment.ofArray(elements), dims);
    }

    public static Tensor of(int[] elements, long... dims) {
        return of(DType.INT32, MemorySegment.ofArray(elements), dims);
    }

    public static Tensor of(short[] elements, long... dims) {
        return of(DType.INT16, MemorySegment.ofArray(elements), dims);
    }

    public static Tensor of(byte[] elements, long... dims) {
        return of(DType.INT8, MemorySegment.ofArray(elements), dims);
    }

    public static Tensor of(boolean[] elements, long... dims) {
        var tensor = zeros(DType.BOOL, dims);
        if (elements.length != tensor.size) {
            throw new InputException(
                    Problem.of("the data does not fill the shape")
                            .expected(tensor.size + " elements")
                            .got(elements.length));
        }
        for (int i = 0; i < elements.length; i++) {
            tensor.setLong(i, elements[i] ? 1 : 0);
        }
        return tensor;
    }

    public static Tensor of(String[] elements, long... dims) {
        return new Tensor(DType.STRING, dims.clone(), null, elements);
    }

    public static Tensor scalar(float value) {
        return of(new float[] {value});
    }

    public static Tensor scalar(long value) {
        return of(new long[] {value});
    }

    public static Tensor scalar(boolean value) {
        return of(new boolean[] {value});
    }

    /// `i64[n]` of the given elements.
    public static Tensor ofLongs(long... elements) {
        return of(elements, elements.length);
    }

    /// A tensor of one element, converted to a type.
    public static Tensor scalar(DType dtype, double value) {
        var tensor = zeros(dtype);
        tensor.setDouble(0, value);
        return tensor;
    }

    public DType dtype() {
        return dtype;
    }

    public int rank() {
        return dims.length;
    }

    /// The extent of an axis; negative axes count from the end.
    public long dim(int axis) {
        return dims[axis < 0 ? axis + dims.length : axis];
    }

    /// The extents; a copy.
    public long[] dims() {
        return dims.clone();
    }

    public Shape shape() {
        return Shape.of(dims);
    }

    /// The number of elements.
    public long size() {
        return size;
    }

    /// Bytes of data; 0 for strings.
    public long byteSize() {
        return segment == null ? 0 : segment.byteSize();
    }

    @Override
    public Type.OfTensor type() {
        return Type.tensor(dtype, dims);
    }

    /// The elements' memory.
    ///
    /// @throws InputException for strings
    public MemorySegment segment() {
        if (segment == null) {
            throw new InputException(
                    Problem.of("strings do not lie in a memory segment").got(type()));
        }
        return segment;
    }

    /// The strings themselves, not a copy.
    ///
    /// @throws InputException for other types
    public String[] strings() {
        if (strings == null) {
            throw new InputException(
                    Problem.of("not a tensor of strings").expected("string").got(type()));
        }
        return strings;
    }

    /// The same elements in another shape of the same size; the memory is shared.
    ///
    /// @throws InputException when the sizes differ
    public Tensor reshape(long... newDims) {
        if (size(newDims) != size) {
            throw new InputException(
                    Problem.of("the new shape has another number of elements")
                            .expected("as many as in " + type())
                            .got(Arrays.toString(newDims)));
        }
        return new Tensor(dtype, newDims.clone(), segment, strings);
    }

    /// The same memory read as another element type of the same width.
    public Tensor reinterpret(DType other) {
        return new Tensor(other, dims, segment(), null);
    }

    /// The element as `float64`; booleans are 0 and 1, `u64` is rounded.
    public double getDouble(long index) {
        var memory = segment();
        return switch (dtype) {
            case FLOAT32 -> memory.get(FLOAT, index * 4);
            case FLOAT64 -> memory.get(DOUBLE, index * 8);
            case UINT64 -> unsignedToDouble(memory.get(LONG, index * 8));
            default -> {
                var mini = dtype.miniFloat();
                yield mini == null ? getLong(index) : mini.decode((int) getBits(index));
            }
        };
    }

    private static double unsignedToDouble(long bits) {
        return bits >= 0 ? bits : (double) (bits >>> 1 | bits & 1) * 2;
    }

    /// Converts and stores: to integers by truncation to 64 bits and then to the width, to floats
    /// by rounding to nearest even; overflow gives infinity, or NaN where there is none.
    public void setDouble(long index, double value) {
        switch (dtype) {
            case FLOAT32 -> segment().set(FLOAT, index * 4, (float) value);
            case FLOAT64 -> segment().set(DOUBLE, index * 8, value);
            case BOOL -> setLong(index, value != 0 ? 1 : 0);
            case UINT64 ->
                    setLong(
                            index,
                            value >= 0x1p63
                                    ? (long) (value - 0x1p63) ^ Long.MIN_VALUE
                                    : (long) value);
            default -> {
                var mini = dtype.miniFloat();
                if (mini == null) {
                    setLong(index, (long) value);
                } else {
                    setBits(index, mini.encode(value, MiniFloat.Overflow.SPECIAL));
                }
            }
        }
    }

    /// The element as `int64`: floats are truncated, `u64` keeps its bits.
    public long getLong(long index) {
        return switch (dtype.kind()) {
            case FLOAT -> (long) getDouble(index);
            case SIGNED -> {
                long bits = getBits(index);
                int unused = 64 - dtype.bits();
                yield bits << unused >> unused;
            }
            default -> getBits(index);
        };
    }

    /// Stores an integer; wider values lose their high bits, booleans become 0 or 1.
    public void setLong(long index, long value) {
        switch (dtype.kind()) {
            case FLOAT -> setDouble(index, value);
            case BOOL -> setBits(index, value != 0 ? 1 : 0);
            default -> setBits(index, value);
        }
    }

    public boolean getBoolean(long index) {
        return dtype.isFloat() ? getDouble(index) != 0 : getBits(index) != 0;
    }

    public String getString(long index) {
        return strings()[Math.toIntExact(index)];
    }

    public void setString(long index, String value) {
        strings()[Math.toIntExact(index)] = value;
    }

    /// The real part of a complex element; `getDouble` for others.
    public double getReal(long index) {
        return switch (dtype) {
            case COMPLEX64 -> segment().get(FLOAT, index * 8);
            case COMPLEX128 -> segment().get(DOUBLE, index * 16);
            default -> getDouble(index);
        };
    }

    /// The imaginary part of a complex element; 0 for others.
    public double getImaginary(long index) {
        return switch (dtype) {
            case COMPLEX64 -> segment().get(FLOAT, index * 8 + 4);
            case COMPLEX128 -> segment().get(DOUBLE, index * 16 + 8);
            default -> 0;
        };
    }

    public void setComplex(long index, double real, double imaginary) {
        switch (dtype) {
            case COMPLEX64 -> {
                segment().set(FLOAT, index * 8, (float) real);
                segment().set(FLOAT, index * 8 + 4, (float) imaginary);
            }
            case COMPLEX128 -> {
                segment().set(DOUBLE, index * 16, real);
                segment().set(DOUBLE, index * 16 + 8, imaginary);
            }
            default -> setDouble(index, real);
        }
    }

    /// The element's bits, without sign extension; at most 64.
    public long getBits(long index) {
        var memory = segment();
        return switch (dtype.bits()) {
            case 64 -> memory.get(LONG, index * 8);
            case 32 -> memory.get(INT, index * 4) & 0xffff_ffffL;
            case 16 -> memory.get(SHORT, index * 2) & 0xffffL;
            case 8 -> memory.get(ValueLayout.JAVA_BYTE, index) & 0xffL;
            case 4 -> memory.get(ValueLayout.JAVA_BYTE, index >> 1) >> (index & 1) * 4 & 0xfL;
            case 2 -> memory.get(ValueLayout.JAVA_BYTE, index >> 2) >> (index & 3) * 2 & 0x3L;
            default ->
                    throw new InputException(Problem.of("elements do not fit 64 bits").got(type()));
        };
    }

    /// Stores the low bits as they are.
    public void setBits(long index, long bits) {
        var memory = segment();
        switch (dtype.bits()) {
            case 64 -> memory.set(LONG, index * 8, bits);
            case 32 -> memory.set(INT, index * 4, (int) bits);
            case 16 -> memory.set(SHORT, index * 2, (short) bits);
            case 8 -> memory.set(ValueLayout.JAVA_BYTE, index, (byte) bits);
            case 4 -> setPacked(memory, index >> 1, (int) (index & 1) * 4, 0xf, bits);
            case 2 -> setPacked(memory, index >> 2, (int) (index & 3) * 2, 0x3, bits);
            default ->
                    throw new InputException(Problem.of("elements do not fit 64 bits").got(type()));
        }
    }

    private static void setPacked(MemorySegment memory, long at, int shift, int mask, long bits) {
        int old = memory.get(ValueLayout.JAVA_BYTE, at);
        memory.set(
                ValueLayout.JAVA_BYTE,
                at,
                (byte) (old & ~(mask << shift) | ((int) bits & mask) << shift));
    }

    /// Copies one element of a tensor of the same dtype.
    public void copyElement(long index, Tensor from, long fromIndex) {
        if (strings != null) {
            setString(index, from.getString(fromIndex));
        } else if (dtype == DType.COMPLEX128) {
            setComplex(index, from.getReal(fromIndex), from.getImaginary(fromIndex));
        } else {
            setBits(index, from.getBits(fromIndex));
        }
    }

    /// A copy on the heap.
    public Tensor copy() {
        var copy = zeros(dtype, dims);
        if (strings != null) {
            System.arraycopy(strings, 0, copy.strings(), 0, strings.length);
        } else {
            copy.segment().copyFrom(segment());
        }
        return copy;
    }

    /// The elements converted to another type as [#setDouble] and [#setLong] convert.
    public Tensor to(DType other) {
        if (other == dtype) {
            return this;
        }
        var result = zeros(other, dims);
        boolean integers = !dtype.isFloat() && !other.isFloat();
        for (long i = 0; i < size; i++) {
            if (integers) {
                result.setLong(i, getLong(i));
            } else {
                result.setDouble(i, getDouble(i));
            }
        }
        return result;
    }

    /// The elements as `float`s; a copy.
    public float[] toFloats() {
        var result = new float[arrayLength(size, dtype, dims)];
        switch (dtype) {
            case FLOAT32 -> MemorySegment.copy(segment(), FLOAT, 0, result, 0, result.length);
            case FLOAT16 -> {
                var halves = toShorts(result.length);
                for (int i = 0; i < halves.length; i++) {
                    result[i] = Float.float16ToFloat(halves[i]);
                }
            }
            case BFLOAT16 -> {
                var halves = toShorts(result.length);
                for (int i = 0; i < halves.length; i++) {
                    result[i] = Float.intBitsToFloat(halves[i] << Short.SIZE);
                }
            }
            default -> {
                for (int i = 0; i < result.length; i++) {
                    result[i] = (float) getDouble(i);
                }
            }
        }
        return result;
    }

    private short[] toShorts(int length) {
        var bits = new short[length];
        MemorySegment.copy(segment(), SHORT, 0, bits, 0, length);
        return bits;
    }

    /// The elements as `double`s; a copy.
    public double[] toDoubles() {
        var result = new double[arrayLength(size, dtype, dims)];
        for (int i = 0; i < result.length; i++) {
            result[i] = getDouble(i);
        }
        return result;
    }

    /// The elements as `long`s; a copy.
    public long[] toLongs() {
        var result = new long[arrayLength(size, dtype, dims)];
        for (int i = 0; i < result.length; i++) {
            result[i] = getLong(i);
        }
        return result;
    }

    /// Whether type, shape and every bit (or string) are the same.
    public boolean contentEquals(Tensor other) {
        if (dtype != other.dtype || !Arrays.equals(dims, other.dims)) {
            return false;
        }
        return strings != null
                ? Arrays.equals(strings, other.strings())
                : segment().mismatch(other.segment()) < 0;
    }

    /// Type and the first elements.
    @Override
    public String toString() {
        var text = new StringBuilder(type().toString()).append('{');
        for (long i = 0; i < Math.min(size, 8); i++) {
            text.append(i == 0 ? "" : ", ").append(element(i));
        }
        return text.append(size > 8 ? ", …}" : "}").toString();
    }

    /// One element as text.
    public String element(long index) {
        return switch (dtype.kind()) {
            case FLOAT ->
                    dtype == DType.FLOAT64
                            ? Double.toString(getDouble(index))
                            : Float.toString((float) getDouble(index));
            case SIGNED -> Long.toString(getLong(index));
            case UNSIGNED -> Long.toUnsignedString(getLong(index));
            case BOOL -> Boolean.toString(getBoolean(index));
            case STRING -> '"' + getString(index) + '"';
            case COMPLEX -> getReal(index) + "+" + getImaginary(index) + "i";
        };
    }
}
