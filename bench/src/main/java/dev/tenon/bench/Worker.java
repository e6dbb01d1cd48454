package dev.tenon.bench;

import com.sun.management.ThreadMXBean;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.base.Tensor;
import dev.tenon.base.UnsupportedException;
import dev.tenon.data.json.Json;
import dev.tenon.data.json.JsonWriter;
import dev.tenon.data.npy.Npz;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;

/// The process that measures one engine alone: it loads a model, runs it once, and then does what
/// it is told line by line.
///
/// Its arguments are the engine's name, the model, the number of threads, an `.npz` file of inputs,
/// and the `.npz` file that takes the outputs of the first run. Its answers are JSON, a line each:
/// first `{"load":…,"first":…}` in nanoseconds, then, to `run N`, `{"nanos":[…]}` of runs for about
/// N nanoseconds, and to `end`, `{"rss":…,"allocated":…}`. A failure is `{"error":…}`.
final class Worker {
    /// Runs over which allocation is averaged.
    private static final int COUNTED_RUNS = 5;

    private final PrintStream answers;
    private final Engine.Session session;

    private Worker(PrintStream answers, Engine.Session session) {
        this.answers = answers;
        this.session = session;
    }

    public static void main(String[] args) throws IOException {
        var answers =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        try {
            work(answers, args);
        } catch (RuntimeException e) {
            answer(answers, Json.object().put("error", String.valueOf(e.getMessage())));
        }
    }

    private static void work(PrintStream answers, String[] args) throws IOException {
        var engine = Engines.find(args[0]);
        var inputs = Npz.read(Path.of(args[3]));
        long start = System.nanoTime();
        try (var session = engine.open(Path.of(args[1]), Integer.parseInt(args[2]))) {
            long loaded = System.nanoTime();
            session.bind(inputs);
            long bound = System.nanoTime();
            var outputs = session.outputs();
            long first = System.nanoTime() - bound;
            var tensors = new LinkedHashMap<String, Tensor>();
            outputs.forEach(
                    (name, value) -> {
                        if (!(value instanceof Tensor tensor)) {
                            throw new UnsupportedException(
                                    Problem.of("only models that give tensors can be measured")
                                            .node(name)
                                            .got(value.type()));
                        }
                        tensors.put(name, tensor);
                    });
            Npz.write(Path.of(args[4]), tensors);
            answer(answers, Json.object().put("load", loaded - start).put("first", first));
            new Worker(answers, session).serve();
        }
    }

    private void serve() throws IOException {
        var orders =
                new BufferedReader(
                        new InputStreamReader(
                                new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));
        for (var order = orders.readLine(); order != null; order = orders.readLine()) {
            if (order.equals("end")) {
                answer(answers, Json.object().put("allocated", allocated()).put("rss", peakRss()));
                return;
            }
            long time = Long.parseLong(order.substring("run ".length()));
            var samples = Turns.run(session::run, Clock.WALL, time);
            answer(answers, Json.object().put("nanos", Json.array(samples.stream().toArray())));
        }
    }

    /// Bytes of the Java heap that a run allocates, on all threads.
    private double allocated() {
        if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
            return 0;
        }
        long idle = -threads.getTotalThreadAllocatedBytes();
        idle += threads.getTotalThreadAllocatedBytes();
        long before = threads.getTotalThreadAllocatedBytes();
        for (int i = 0; i < COUNTED_RUNS; i++) {
            session.run();
        }
        long taken = threads.getTotalThreadAllocatedBytes() - before - idle;
        return Math.max(0, taken) / (double) COUNTED_RUNS;
    }

    /// The most bytes that were resident; 0 where the system does not tell.
    private static long peakRss() {
        var status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(l -> l.startsWith("VmHWM:"))
                    .map(l -> l.replaceAll("\\D", ""))
                    .mapToLong(kilobytes -> Long.parseLong(kilobytes) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw ResourceException.of("cannot read", status, e);
        }
    }

    private static void answer(PrintStream answers, Json.Builder json) {
        answers.println(JsonWriter.compact(json.build()));
    }
}
