package dev.tenon.peers;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.tenon.bench.Engine;
import java.nio.file.Path;

/// ONNX Runtime at its best: all optimisations, and threads that spin for work, as by default.
public final class OnnxRuntime implements Engine {
    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    @Override
    public Session open(Path model, int threads) {
        return new OnnxRuntimeSession(model, OptLevel.ALL_OPT, threads);
    }
}
