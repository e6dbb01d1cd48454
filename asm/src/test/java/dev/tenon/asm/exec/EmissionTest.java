package dev.tenon.asm.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.Vec;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.base.ResourceException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Routines are run here, and in other JVMs where they must not be.
class EmissionTest {
    private static Emission.Possible possible() {
        assumeTrue(
                Emission.here() instanceof Emission.Possible(Processor.X86 _, var _),
                () -> "code for x86-64 does not run here: " + Emission.here());
        return (Emission.Possible) Emission.here();
    }

    private static byte[] sum() {
        var a = new X86Assembler(Set.of());
        a.mov(Gpr.RAX, Gpr.RDI);
        for (var register : List.of(Gpr.RSI, Gpr.RDX, Gpr.RCX, Gpr.R8, Gpr.R9)) {
            a.lea(Gpr.RAX, Address.at(Gpr.RAX, register, 2));
        }
        a.alu(X86Assembler.Alu.ADD, Gpr.RAX, Address.at(Gpr.RSP, 8));
        a.alu(X86Assembler.Alu.SUB, Gpr.RAX, Address.at(Gpr.RSP, 16));
        a.ret();
        return a.finish();
    }

    @Test
    void argumentsAndResultsPass() {
        var routine = possible().install("sum", sum());
        assertEquals(1 + 2 * (2 + 3 + 4 + 5 + 6) + 70 - 8, routine.call(1, 2, 3, 4, 5, 6, 70, 8));
        assertEquals(-100L << 40, routine.call(-100L << 40, 0, 0, 0, 0, 0, 9, 9));
    }

    @Test
    void constantsBehindTheCodeAreFound() {
        var emission = possible();
        assumeTrue(emission.x86Features().contains(Feature.AVX), "the processor has no AVX");
        var a = new X86Assembler(emission.x86Features());
        var constant = a.label("constant");
        a.emit(Avx.VMOVSS, Vec.xmm(1), Address.at(constant));
        a.emit(Avx.VADDSS, Vec.xmm(1), Vec.xmm(1), Vec.xmm(1));
        a.emit(Avx.VCVTTSS2SI, Gpr.RAX, Vec.xmm(1));
        a.ret();
        a.bind(constant);
        a.data(Float.floatToRawIntBits(21));
        assertEquals(42, emission.install("constant", a.finish()).call(0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void pagesAreGivenBack() throws InterruptedException {
        var pages = new CountingPages();
        possible();
        for (int i = 0; i < 50; i++) {
            CodeMemory.install(pages, "sum", sum());
        }
        for (int i = 0; i < 100 && pages.live() > 5; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertTrue(pages.live() <= 5, () -> pages.live() + " of 50 routines are still mapped");
    }

    @Test
    void refusedPagesAreAReason() {
        possible();
        var noPages =
                assertInstanceOf(
                        Emission.Impossible.class,
                        Detection.with(Architecture.X86_64, new Unmapped()));
        assertTrue(noPages.reason().contains("pages"), noPages.reason());
        var pages = new Unprotected();
        var noCode =
                assertInstanceOf(
                        Emission.Impossible.class, Detection.with(Architecture.X86_64, pages));
        assertTrue(noCode.reason().contains("executable"), noCode.reason());
        assertThrows(ResourceException.class, () -> CodeMemory.install(pages, "sum", sum()));
        assertEquals(0, pages.live());
    }

    @Test
    void isaCapsWhatIsUsed() throws Exception {
        var result = inChild("--enable-native-access=ALL-UNNAMED", "-Dtenon.isa=java");
        assertTrue(result.contains("Impossible[reason=-Dtenon.isa=java"), result);
        var other = Architecture.here().equals(Optional.of(Architecture.AARCH64)) ? "avx2" : "neon";
        var foreign = inChild("--enable-native-access=ALL-UNNAMED", "-Dtenon.isa=" + other);
        assertTrue(foreign.contains("Impossible[reason=-Dtenon.isa=" + other), foreign);
        assertTrue(foreign.contains("Machine code is not used"), foreign);
        var unknown = inChild("--enable-native-access=ALL-UNNAMED", "-Dtenon.isa=sse9");
        assertTrue(unknown.contains("tenon.isa names no level"), unknown);
    }

    @Test
    void refusedNativeAccessIsAReasonAndLoggedOnce() throws Exception {
        var result = inChild("--illegal-native-access=deny");
        assertTrue(result.contains("Impossible[reason=native access is refused"), result);
        assertEquals(1, result.split("Machine code is not used", -1).length - 1, result);
    }

    @Test
    void routinesAreNamedForPerf() throws Exception {
        possible();
        var result = inChild("--enable-native-access=ALL-UNNAMED", "-Dtenon.perfmap=true");
        assertTrue(result.lines().anyMatch(l -> l.matches("[0-9a-f]+ [0-9a-f]+ cpuid")), result);
    }

    /// Prints what the process can do, twice, and the map for perf.
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            System.out.println(Emission.here());
            System.out.println(Emission.here());
            if (Files.exists(PerfMap.file())) {
                System.out.println(Files.readString(PerfMap.file()));
                Files.delete(PerfMap.file());
            }
        }
    }

    private static String inChild(String... options) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath(), Child.class.getName()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }

    private static String classPath() throws Exception {
        var parts = new ArrayList<String>();
        for (var type : List.of(Emission.class, ResourceException.class, Child.class)) {
            parts.add(
                    Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                            .toString());
        }
        return String.join(File.pathSeparator, parts);
    }
}
