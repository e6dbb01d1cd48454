package dev.tenon.asm.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.asm.aarch64.Feature;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The bits of `arch/arm64/include/uapi/asm/hwcap.h`.
class HardwareCapabilitiesTest {
    @Test
    void everyFeatureHasItsBit() {
        long halves = 1 << 9 | 1 << 10;
        assertEquals(Set.of(Feature.FP16), new HardwareCapabilities(halves, 0).features());
        assertEquals(Set.of(), new HardwareCapabilities(1 << 9, 0).features());
        assertEquals(Set.of(Feature.DOTPROD), new HardwareCapabilities(1 << 20, 0).features());
        assertEquals(Set.of(Feature.I8MM), new HardwareCapabilities(0, 1 << 13).features());
        assertEquals(Set.of(Feature.BF16), new HardwareCapabilities(0, 1 << 14).features());
        assertFalse(new HardwareCapabilities(1, 0).hasVectors());
        assertTrue(new HardwareCapabilities(3, 0).hasVectors());
        assertFalse(new HardwareCapabilities(3, 0).tellsModel());
        assertTrue(new HardwareCapabilities(1 << 11, 0).tellsModel());
    }
}
