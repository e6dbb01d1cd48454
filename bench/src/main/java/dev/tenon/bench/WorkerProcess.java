package dev.tenon.bench;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.data.json.Json;
import dev.tenon.data.json.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A [Worker] in a process of its own, and what it answered.
final class WorkerProcess implements AutoCloseable {
    /// Workers of some engines spin for a while after a run, and must not disturb the next player.
    private static final long SETTLE_MILLIS = 30;

    private final Engine engine;
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter orders;
    private final double loadNanos;
    private final double firstNanos;

    /// Starts the process and waits for its first run.
    ///
    /// @param options further ones for its JVM
    /// @throws ResourceException when it cannot start or the engine fails in it
    WorkerProcess(
            Engine engine,
            Path model,
            int threads,
            Path inputs,
            Path outputs,
            List<String> options) {
        this.engine = engine;
        var command = new ArrayList<>(java(options));
        command.addAll(
                List.of(
                        engine.name(),
                        model.toString(),
                        Integer.toString(threads),
                        inputs.toString(),
                        outputs.toString()));
        try {
            process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        } catch (IOException e) {
            throw ResourceException.of("cannot start a process", command.getFirst(), e);
        }
        answers = process.inputReader(StandardCharsets.UTF_8);
        orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        var first = answer();
        loadNanos = first.integer("load");
        firstNanos = first.integer("first");
    }

    /// A command that runs [Worker] as this process runs.
    private static List<String> java(List<String> options) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        for (var argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            boolean option = argument.startsWith("-X") && !argument.startsWith("-XX:AOT");
            boolean property = argument.startsWith("-D") && !argument.startsWith("-Djdk.module");
            if (option || property) {
                command.add(argument);
            }
        }
        var module = Worker.class.getModule();
        if (module.isNamed()) {
            var main = System.getProperty("jdk.module.main");
            var callers =
                    ModuleLayer.boot().modules().stream()
                            .filter(Module::isNativeAccessEnabled)
                            .map(Module::getName)
                            .filter(name -> name.contains("tenon") || name.contains("onnxruntime"))
                            .filter(name -> !name.equals(main))
                            .collect(Collectors.joining(","));
            if (!callers.isEmpty()) {
                command.add("--enable-native-access=" + callers);
            }
            command.addAll(List.of("--module-path", System.getProperty("jdk.module.path")));
            command.addAll(List.of("--module", module.getName() + "/" + Worker.class.getName()));
        } else {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.addAll(List.of("-cp", System.getProperty("java.class.path")));
            command.add(Worker.class.getName());
        }
        return command;
    }

    /// Runs for about that long on the wall.
    Samples play(long nanos) {
        orders.println("run " + nanos);
        var samples = new Samples();
        answer().array("nanos").forEach(n -> samples.add(n.asLong()));
        settle();
        return samples;
    }

    private static void settle() {
        try {
            Thread.sleep(SETTLE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends the process.
    Start end() {
        orders.println("end");
        var answer = answer();
        return new Start(
                loadNanos,
                firstNanos,
                answer.integer("rss"),
                ((Json.OfNumber) answer.get("allocated")).toDouble());
    }

    private Json.OfObject answer() {
        Json.OfObject answer;
        try {
            var line = answers.readLine();
            if (line == null) {
                throw new ResourceException(
                        Problem.of("the process of an engine ended early").node(engine.name()));
            }
            answer = JsonReader.read(line).asObject();
        } catch (IOException e) {
            throw ResourceException.of("cannot read from the process of", engine.name(), e);
        }
        if (answer.find("error") != null) {
            throw new FormatException(
                    Problem.of("the engine failed: " + answer.text("error")).node(engine.name()));
        }
        return answer;
    }

    /// Waits until an ended process is gone, and what its JVM does at exit is done.
    void awaitExit() {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
