package dev.tenon.bench;

import dev.tenon.base.Datum;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;

/// Something that runs ONNX models and can be timed. Engines other than Tenon are services of
/// modules that users do not get.
public interface Engine {
    /// The name on the command line and in results, such as `onnxruntime`.
    String name();

    String version();

    /// Loads a model with the engine's best settings for that many threads.
    ///
    /// @throws dev.tenon.base.TenonException when the engine cannot load it
    Session open(Path model, int threads);

    /// A loaded model.
    interface Session extends AutoCloseable {
        /// Takes the inputs of the runs to come, in whatever form the engine runs fastest on.
        void bind(Map<String, ? extends Datum> inputs);

        /// Runs once and drops the outputs.
        ///
        /// @throws dev.tenon.base.TenonException when the run fails
        void run();

        /// Runs once.
        ///
        /// @return the outputs by name, in the model's order
        SequencedMap<String, Datum> outputs();

        @Override
        void close();
    }
}
