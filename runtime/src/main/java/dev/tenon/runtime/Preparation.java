package dev.tenon.runtime;

import dev.tenon.graph.Ops;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.passes.Pipelines;

/// What the first model of a process waits for and what does not depend on it: the operators, the
/// way to machine code, and the rules. A thread of its own sees to it while the model is read.
///
/// Whoever needs a part before it is ready waits for it, and whoever finds that it failed gets the
/// error, so that nobody has to wait for the whole.
final class Preparation {
    private Preparation() {}

    /// Begins, unless it has begun before or there is no second processor.
    static void begin() {
        Once.begin();
    }

    private static final class Once {
        static {
            if (Runtime.getRuntime().availableProcessors() > 1) {
                var thread = Thread.ofPlatform().daemon().name("tenon-preparation");
                thread.uncaughtExceptionHandler((_, _) -> {}).start(Once::prepare);
            }
        }

        private Once() {}

        /// Initialises this class.
        static void begin() {}

        private static void prepare() {
            Ops.prepare();
            Gemm.FAMILY.choose(Gemm.Query.DYNAMIC);
            Pipelines.codegen().passes().forEach(pass -> pass.rules());
        }
    }
}
