package dev.tenon.asm.exec;

import dev.tenon.asm.x86.Feature;
import java.util.Set;

/// What a processor is, and which of its extensions emitted code may use.
public sealed interface Processor {
    /// What tells the model from others: `GenuineIntel 6 143` (vendor, family and model), or `ARM
    /// 41 d0c` (implementer and part).
    String model();

    record X86(String model, Set<Feature> features) implements Processor {
        public X86 {
            features = Set.copyOf(features);
        }
    }

    record AArch64(String model, Set<dev.tenon.asm.aarch64.Feature> features) implements Processor {
        public AArch64 {
            features = Set.copyOf(features);
        }
    }
}
