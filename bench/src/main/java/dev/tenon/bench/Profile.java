package dev.tenon.bench;

import dev.tenon.base.Datum;
import dev.tenon.runtime.Model;
import dev.tenon.runtime.PlanStep;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where the time of a model's runs goes.
///
/// @param runs how many were measured
/// @param nanos the median time of a run, with the listening
/// @param steps in the order in which they ran first
/// @param fastest the steps of the fastest run as they ran
public record Profile(int runs, double nanos, List<Entry> steps, List<Span> fastest) {
    public Profile {
        steps = List.copyOf(steps);
        fastest = List.copyOf(fastest);
    }

    /// A step of the plan.
    ///
    /// @param nanos the median time that it takes in a run, all its calls together and without the
    ///   steps of its subgraphs
    /// @param calls in the last run
    /// @param bytes read and made in the last run, all calls together
    public record Entry(PlanStep step, double nanos, int calls, long bytes) {
        /// Of all calls.
        public double flops() {
            return step.flops() * calls;
        }

        /// Operations a second.
        public double speed() {
            return nanos == 0 ? 0 : flops() / (nanos / 1e9);
        }

        /// Bytes a second.
        public double traffic() {
            return nanos == 0 ? 0 : bytes / (nanos / 1e9);
        }
    }

    /// A call of a step.
    ///
    /// @param start nanoseconds since the run began
    /// @param nanos how long, steps of subgraphs included
    /// @param depth 0 for the graph itself, more for subgraphs
    public record Span(PlanStep step, long start, long nanos, long bytes, int depth) {}

    /// What identifies a step.
    private record Key(String graph, String op, String node) {
        static Key of(PlanStep step) {
            return new Key(step.graph(), step.op(), step.node());
        }
    }

    /// A step over all runs.
    private static final class Sum {
        final PlanStep step;
        final Samples times = new Samples();
        long nanos;
        int calls;
        long bytes;

        Sum(PlanStep step) {
            this.step = step;
        }
    }

    /// Runs until the compilers of the JVM have done most of their work.
    private static final int WARM_RUNS = 10;

    /// Runs a model for about that long, at least twice, after it has warmed up.
    public static Profile of(Model model, Map<String, ? extends Datum> inputs, long nanos) {
        long warm = System.nanoTime() + nanos;
        for (int run = 0; run < WARM_RUNS || System.nanoTime() < warm; run++) {
            var _ = model.profile(inputs, (_, _, _, _) -> {});
        }
        var sums = new LinkedHashMap<Key, Sum>();
        var runs = new Samples();
        List<Span> fastest = List.of();
        long least = Long.MAX_VALUE;
        long end = System.nanoTime() + nanos;
        for (int run = 0; run < 2 || System.nanoTime() < end; run++) {
            var heard = new ArrayList<Span>();
            long start = System.nanoTime();
            var _ =
                    model.profile(
                            inputs,
                            (step, at, time, bytes) ->
                                    heard.add(new Span(step, at - start, time, bytes, 0)));
            long took = System.nanoTime() - start;
            runs.add(took);
            var spans = nested(heard);
            add(spans, sums);
            if (took < least) {
                least = took;
                fastest = spans;
            }
        }
        var entries =
                sums.values().stream()
                        .map(s -> new Entry(s.step, s.times.timings().median(), s.calls, s.bytes))
                        .toList();
        var timings = runs.timings();
        return new Profile(timings.runs(), timings.median(), entries, fastest);
    }

    /// The spans by their start, with their depths. They come by their end.
    private static List<Span> nested(List<Span> heard) {
        var sorted = new ArrayList<>(heard.reversed());
        sorted.sort((a, b) -> Long.compare(a.start, b.start));
        var open = new ArrayDeque<Span>();
        var nested = new ArrayList<Span>();
        for (var span : sorted) {
            while (!open.isEmpty() && open.peek().start + open.peek().nanos <= span.start) {
                open.pop();
            }
            nested.add(new Span(span.step, span.start, span.nanos, span.bytes, open.size()));
            open.push(span);
        }
        return nested;
    }

    private static void add(List<Span> spans, Map<Key, Sum> sums) {
        sums.values()
                .forEach(
                        s -> {
                            s.nanos = 0;
                            s.calls = 0;
                            s.bytes = 0;
                        });
        var open = new ArrayDeque<Sum>();
        for (var span : spans) {
            var sum = sums.computeIfAbsent(Key.of(span.step), _ -> new Sum(span.step));
            while (open.size() > span.depth) {
                open.pop();
            }
            if (!open.isEmpty()) {
                open.peek().nanos -= span.nanos;
            }
            sum.nanos += span.nanos;
            sum.calls++;
            sum.bytes += span.bytes;
            open.push(sum);
        }
        sums.values().forEach(s -> s.times.add(Math.max(0, s.nanos)));
    }
}
