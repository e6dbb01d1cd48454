package dev.tenon.runtime;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// What a flight recording holds of models.
final class Events {
    private static final String CATEGORY = "Tenon";

    private Events() {}

    /// Whether there may be a recording. Until there is one, no class of events is initialised,
    /// since that starts the flight recorder.
    private static boolean mayBeRecorded() {
        return FlightRecorder.isInitialized();
    }

    /// A load that begins now; null where nobody records it.
    static @Nullable Load load() {
        return mayBeRecorded() ? begun(new Load()) : null;
    }

    /// A plan that begins now; null where nobody records it.
    static @Nullable Planning planning() {
        return mayBeRecorded() ? begun(new Planning()) : null;
    }

    /// A run that begins now; null where nobody records it.
    static @Nullable Run run() {
        return mayBeRecorded() ? Run.begun() : null;
    }

    /// Whether a recording asks for steps.
    static boolean stepsAreWanted() {
        return mayBeRecorded() && Ran.PROBE.isEnabled();
    }

    private static <E extends Event> E begun(E event) {
        event.begin();
        return event;
    }

    /// A model is made ready, from the graph that was read to one that can run.
    @Name("tenon.Load")
    @Label("Model Load")
    @Category(CATEGORY)
    @StackTrace(false)
    static final class Load extends Event {
        @Label("Model")
        String model = "";

        @Label("Nodes")
        @Description("Before the graph is rewritten")
        int nodes;

        @Label("Steps")
        int steps;
    }

    /// A graph or subgraph is planned.
    @Name("tenon.Plan")
    @Label("Plan")
    @Category(CATEGORY)
    @StackTrace(false)
    static final class Planning extends Event {
        @Label("Graph")
        String graph = "";

        @Label("Steps")
        int steps;
    }

    /// A model runs once.
    @Name("tenon.Run")
    @Label("Model Run")
    @Category(CATEGORY)
    @StackTrace(false)
    static final class Run extends Event {
        private static final Run PROBE = new Run();

        @Label("Model")
        String model = "";

        /// The event of a run that begins; null where no recording asks for runs.
        static @Nullable Run begun() {
            if (!PROBE.isEnabled()) {
                return null;
            }
            var event = new Run();
            event.begin();
            return event;
        }
    }

    /// A step of a run; off unless a recording asks for it.
    @Name("tenon.Step")
    @Label("Step")
    @Category(CATEGORY)
    @Enabled(false)
    @StackTrace(false)
    static final class Ran extends Event {
        private static final Ran PROBE = new Ran();

        @Label("Operator")
        String operator = "";

        @Label("Node")
        String node = "";

        @Label("Kernel")
        String kernel = "";

        @Label("Operations")
        @Description("Floating-point operations; 0 where extents are not known beforehand")
        double flops;

        @Label("Memory")
        @Description("Bytes of the tensors that were read and made")
        @DataAmount
        long bytes;
    }
}
