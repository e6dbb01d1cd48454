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

    /// Whether there may be a recording. Until there is one, the classes of events are left alone,
    /// since their registration starts the flight recorder.
    static boolean wanted() {
        return FlightRecorder.isInitialized();
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

        /// A load that begins now; null where nobody records it.
        static @Nullable Load begun() {
            if (!wanted()) {
                return null;
            }
            var event = new Load();
            event.begin();
            return event;
        }
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

        /// A plan that begins now; null where nobody records it.
        static @Nullable Planning begun() {
            if (!wanted()) {
                return null;
            }
            var event = new Planning();
            event.begin();
            return event;
        }
    }

    /// A model runs once.
    @Name("tenon.Run")
    @Label("Model Run")
    @Category(CATEGORY)
    @StackTrace(false)
    static final class Run extends Event {
        @Label("Model")
        String model = "";

        /// A run that begins now; null where nobody records it.
        static @Nullable Run begun() {
            if (!wanted()) {
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

        /// Whether a recording asks for steps.
        static boolean wanted() {
            return Events.wanted() && new Ran().isEnabled();
        }
    }
}
