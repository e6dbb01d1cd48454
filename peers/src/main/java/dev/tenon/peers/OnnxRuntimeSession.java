package dev.tenon.peers;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.FormatException;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.UnsupportedException;
import dev.tenon.bench.Engine;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A model in ONNX Runtime. Inputs are bound as tensors in native memory, so that a run converts
/// and copies nothing.
public final class OnnxRuntimeSession implements Engine.Session {
    /// The types of tensors that are given and read.
    private static final Map<DType, OnnxJavaType> TYPES =
            Map.of(
                    DType.FLOAT32, OnnxJavaType.FLOAT,
                    DType.FLOAT64, OnnxJavaType.DOUBLE,
                    DType.FLOAT16, OnnxJavaType.FLOAT16,
                    DType.BFLOAT16, OnnxJavaType.BFLOAT16,
                    DType.INT64, OnnxJavaType.INT64,
                    DType.INT32, OnnxJavaType.INT32,
                    DType.INT8, OnnxJavaType.INT8,
                    DType.UINT8, OnnxJavaType.UINT8,
                    DType.BOOL, OnnxJavaType.BOOL);

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();

    /// @throws FormatException when ONNX Runtime cannot load the model
    public OnnxRuntimeSession(Path model, OrtSession.SessionOptions.OptLevel level, int threads) {
        try {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(level);
            session = environment.createSession(model.toString(), options);
        } catch (OrtException e) {
            throw new FormatException(
                    Problem.of("ONNX Runtime cannot load the model: " + e.getMessage())
                            .node(model.toString()),
                    e);
        }
    }

    @Override
    public void bind(Map<String, ? extends Datum> newInputs) {
        release();
        newInputs.forEach((name, value) -> inputs.put(name, tensor(name, value)));
    }

    @Override
    public void run() {
        try (var _ = session.run(inputs)) {
            // The results are freed at once.
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    @Override
    public SequencedMap<String, Datum> outputs() {
        try (var results = session.run(inputs)) {
            var outputs = new LinkedHashMap<String, Datum>();
            for (var result : results) {
                outputs.put(result.getKey(), tensor((OnnxTensor) result.getValue()));
            }
            return outputs;
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /// Binds inputs and runs once.
    public SequencedMap<String, Datum> run(Map<String, ? extends Datum> newInputs) {
        bind(newInputs);
        return outputs();
    }

    private static InputException failed(OrtException cause) {
        return new InputException(
                Problem.of("ONNX Runtime cannot run the model: " + cause.getMessage()), cause);
    }

    private OnnxTensor tensor(String name, Datum value) {
        if (!(value instanceof Tensor tensor)) {
            throw new UnsupportedException(
                    Problem.of("only tensors are given to ONNX Runtime")
                            .node(name)
                            .got(value.type()));
        }
        var type = TYPES.get(tensor.dtype());
        if (type == null) {
            throw new UnsupportedException(
                    Problem.of("no tensor of this type is given to ONNX Runtime")
                            .node(name)
                            .expected(TYPES.keySet())
                            .got(tensor.type()));
        }
        var buffer =
                ByteBuffer.allocateDirect(Math.toIntExact(tensor.byteSize()))
                        .order(ByteOrder.nativeOrder());
        MemorySegment.ofBuffer(buffer).copyFrom(tensor.segment());
        try {
            return OnnxTensor.createTensor(environment, buffer, tensor.dims(), type);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static Tensor tensor(OnnxTensor result) {
        var info = result.getInfo();
        var dtype =
                TYPES.entrySet().stream()
                        .filter(e -> e.getValue() == info.type)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new UnsupportedException(
                                                Problem.of("no result of this type is read")
                                                        .got(info)));
        var copy = Tensor.zeros(dtype, info.getShape());
        copy.segment().copyFrom(MemorySegment.ofBuffer(result.getByteBuffer()));
        return copy;
    }

    private void release() {
        inputs.values().forEach(OnnxTensor::close);
        inputs.clear();
    }

    @Override
    public void close() {
        release();
        try {
            session.close();
        } catch (OrtException e) {
            throw failed(e);
        }
        options.close();
    }
}
