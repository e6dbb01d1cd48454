package dev.tenon.asm.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AArch64PagesTest {
    /// What GNU `as` makes of the sequence for each line of data, then for each of instructions:
    ///
    /// ```
    ///     mrs  x2, ctr_el0
    ///     ubfx x3, x2, #16, #4        // #0 for instructions
    ///     mov  x4, #4
    ///     lsl  x3, x4, x3
    ///     sub  x4, x3, #1
    ///     bic  x4, x0, x4
    /// 1:  dc   cvau, x4               // ic ivau, x4
    ///     add  x4, x4, x3
    ///     cmp  x4, x1
    ///     b.lo 1b
    ///     dsb  ish                    // followed by isb
    /// ```
    @Test
    void cachesAreSynchronizedLineByLine() {
        assertEquals(
                "22003bd5434c50d3840080d28320c39a640400d10400248a247b0bd58400038b"
                        + "9f0001eba3ffff549f3b03d5430c40d3840080d28320c39a640400d10400248a"
                        + "24750bd58400038b9f0001eba3ffff549f3b03d5df3f03d5c0035fd6",
                HexFormat.of().formatHex(AArch64Pages.synchronizeCode()));
    }
}
