package dev.tenon.kernels.vector;

import static dev.tenon.asm.aarch64.Gpr.SP;
import static dev.tenon.asm.aarch64.Gpr.x;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.asm.Label;
import dev.tenon.asm.aarch64.AArch64Assembler;
import dev.tenon.asm.aarch64.Condition;
import dev.tenon.asm.aarch64.Gpr;
import dev.tenon.asm.aarch64.Neon;
import dev.tenon.asm.aarch64.Vec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Runs AArch64 routines under emulation, in a program of its own, which ends early when a routine
/// touches what is not its operands' memory, or does not give back the registers of its caller.
///
/// Memory is laid out and calls are listed first; then all calls run in order, and what the memory
/// holds afterwards is read.
public final class Emulation {
    /// Where an operand is.
    ///
    /// @param address as the routines see it
    public record Memory(long address, int bytes) {}

    /// @param start of its first page
    private record Region(long start, byte[] pages, int offset, Memory memory) {}

    private record Call(long code, long[] arguments) {}

    private static final String EMULATOR = "qemu-aarch64-static";
    private static final FileAttribute<?> EXECUTABLE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final int PAGE = 4096;
    private static final long CODE = 0x400000;
    private static final long FIRST_REGION = 0x10000000;
    private static final byte UNTOUCHED = (byte) 0xA5;

    /// Numbers of system calls.
    private static final int WRITE = 64;

    private static final int EXIT = 93;

    /// What the program ends with when a routine changed a register of its caller.
    private static final int REGISTER_CHANGED = 3;

    private static final int WRITE_FAILED = 4;
    private static final long SENTINEL = 0x5EA1_0000_0000_5EA1L;

    private final List<Region> regions = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final ByteBuffer code = ByteBuffer.allocate(1 << 22).order(ByteOrder.LITTLE_ENDIAN);
    private long nextRegion = FIRST_REGION;

    /// Skips the test, visibly, where there is no emulator.
    public static void assumePresent() {
        boolean present;
        try {
            present =
                    new ProcessBuilder(EMULATOR, "--version")
                                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                    .start()
                                    .waitFor()
                            == 0;
        } catch (IOException e) {
            present = false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assumeTrue(present, EMULATOR + " (Debian: qemu-user-static) is not installed");
    }

    /// An assembler for NEON without extensions.
    public static VectorAssembler assembler() {
        return new NeonAssembler(Set.of());
    }

    /// Numbers that begin right behind memory that nobody may touch, or end right before it.
    public Memory floats(float[] content, boolean atStart) {
        var bytes = ByteBuffer.allocate(content.length * Float.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(content);
        return bytes(bytes.array(), atStart);
    }

    public Memory longs(long... content) {
        var bytes = ByteBuffer.allocate(content.length * Long.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(content);
        return bytes(bytes.array(), false);
    }

    private Memory bytes(byte[] content, boolean atStart) {
        var pages = new byte[Math.max(1, Math.ceilDiv(content.length, PAGE)) * PAGE];
        Arrays.fill(pages, UNTOUCHED);
        int offset = atStart ? 0 : pages.length - content.length;
        System.arraycopy(content, 0, pages, offset, content.length);
        var memory = new Memory(nextRegion + offset, content.length);
        regions.add(new Region(nextRegion, pages, offset, memory));
        nextRegion += pages.length + 2L * PAGE;
        return memory;
    }

    /// A routine's address, for [#call].
    public long routine(byte[] bytes) {
        while (code.position() % 64 != 0) {
            code.put((byte) 0);
        }
        long address = CODE + code.position();
        code.put(bytes);
        return address;
    }

    /// @param arguments eight at most
    public void call(long routine, long... arguments) {
        calls.add(new Call(routine, arguments));
    }

    /// Runs all calls.
    public void run() {
        long entry = routine(program());
        try {
            var file = Files.createTempFile("emulated", ".elf", EXECUTABLE);
            var log = Files.createTempFile("emulated", ".log");
            try {
                Files.write(file, executable(entry));
                read(file, log);
            } finally {
                Files.delete(file);
                Files.delete(log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Path file, Path log) throws IOException {
        var process =
                new ProcessBuilder(EMULATOR, "-cpu", "max", file.toString())
                        .redirectError(log.toFile())
                        .start();
        try {
            var output = process.getInputStream().readAllBytes();
            boolean ended = process.waitFor(2, TimeUnit.MINUTES);
            int status = ended ? process.exitValue() : -1;
            assertEquals(
                    0, status, () -> "the emulated program: " + text(log) + abbreviated(output));
            int at = 0;
            for (var region : regions) {
                System.arraycopy(output, at, region.pages, 0, region.pages.length);
                at += region.pages.length;
                assertSurroundingsUntouched(region);
            }
            assertEquals(output.length, at);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /// What the emulator itself may have written.
    private static String abbreviated(byte[] output) {
        return new String(output, 0, Math.min(200, output.length), StandardCharsets.UTF_8);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertSurroundingsUntouched(Region region) {
        for (int i = 0; i < region.pages.length; i++) {
            if (i == region.offset) {
                i += region.memory.bytes;
            }
            if (i < region.pages.length) {
                assertEquals(UNTOUCHED, region.pages[i], "a byte beside an operand was written");
            }
        }
    }

    /// What memory holds after [#run].
    public float[] floats(Memory memory) {
        var region =
                regions.stream().filter(r -> r.memory.equals(memory)).findFirst().orElseThrow();
        var floats = new float[memory.bytes / Float.BYTES];
        ByteBuffer.wrap(region.pages, region.offset, memory.bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(floats);
        return floats;
    }

    /// The emulated program: makes the calls, writes all memory to its standard output, and ends.
    private byte[] program() {
        var a = new AArch64Assembler(Set.of());
        var changed = a.label("changed");
        for (var call : calls) {
            emitCall(a, call, changed);
        }
        var failed = a.label("failed");
        for (var region : regions) {
            emitWrite(a, region, failed);
        }
        emitExit(a, 0);
        a.bind(changed);
        emitExit(a, REGISTER_CHANGED);
        a.bind(failed);
        emitExit(a, WRITE_FAILED);
        return a.finish();
    }

    /// Registers of the caller hold what can be told afterwards.
    private static void emitCall(AArch64Assembler a, Call call, Label changed) {
        for (int i = 19; i <= 28; i++) {
            a.mov(x(i), SENTINEL + i);
        }
        for (int i = 8; i < 16; i++) {
            a.mov(x(9), SENTINEL - i);
            a.emit(Neon.FMOV, Vec.d(i), x(9));
        }
        a.mov(x(29), SP);
        for (int i = 0; i < call.arguments.length; i++) {
            a.mov(x(i), call.arguments[i]);
        }
        a.mov(x(16), call.code);
        a.call(x(16));
        for (int i = 19; i <= 28; i++) {
            requireEqual(a, x(i), SENTINEL + i, changed);
        }
        for (int i = 8; i < 16; i++) {
            a.emit(Neon.FMOV, x(10), Vec.d(i));
            requireEqual(a, x(10), SENTINEL - i, changed);
        }
        a.cmp(SP, x(29));
        a.branch(Condition.NE, changed);
    }

    private static void requireEqual(AArch64Assembler a, Gpr register, long value, Label changed) {
        a.mov(x(9), value);
        a.cmp(register, x(9));
        a.branch(Condition.NE, changed);
    }

    private static void emitWrite(AArch64Assembler a, Region region, Label failed) {
        var loop = a.label("write");
        a.mov(x(1), region.start);
        a.mov(x(2), region.pages.length);
        a.bind(loop);
        a.mov(x(0), 1);
        a.mov(x(8), WRITE);
        a.svc(0);
        a.cmp(x(0), 0);
        a.branch(Condition.LE, failed);
        a.add(x(1), x(1), x(0));
        a.sub(x(2), x(2), x(0));
        a.branchUnlessZero(x(2), loop);
    }

    private static void emitExit(AArch64Assembler a, int status) {
        a.mov(x(0), status);
        a.mov(x(8), EXIT);
        a.svc(0);
    }

    /// A static executable (System V ABI, Executable and Linking Format): a segment of code, and
    /// one for each operand, with a page that is not mapped on either side.
    private byte[] executable(long entry) {
        int headers = 64 + 56 * (1 + regions.size());
        int at = Math.ceilDiv(headers, PAGE) * PAGE;
        int size = at + Math.ceilDiv(code.position(), PAGE) * PAGE;
        size += regions.stream().mapToInt(r -> r.pages.length).sum();
        var file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0x464C457F).put((byte) 2).put((byte) 1).put((byte) 1).position(16);
        file.putShort((short) 2).putShort((short) 183).putInt(1).putLong(entry).putLong(64);
        file.putLong(0).putInt(0).putShort((short) 64).putShort((short) 56);
        file.putShort((short) (1 + regions.size())).position(64);
        segment(file, at, CODE, Arrays.copyOf(code.array(), code.position()), 5);
        at += Math.ceilDiv(code.position(), PAGE) * PAGE;
        for (var region : regions) {
            segment(file, at, region.start, region.pages, 6);
            at += region.pages.length;
        }
        return file.array();
    }

    /// @param access read 4, write 2, execute 1
    private static void segment(ByteBuffer file, int at, long address, byte[] bytes, int access) {
        file.putInt(1).putInt(access).putLong(at).putLong(address).putLong(address);
        file.putLong(bytes.length).putLong(bytes.length).putLong(PAGE);
        file.put(at, bytes);
    }
}
