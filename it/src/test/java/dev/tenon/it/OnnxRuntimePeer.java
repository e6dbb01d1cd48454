package dev.tenon.it;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// ONNX Runtime as an oracle, on one thread.
final class OnnxRuntimePeer implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    private final OrtSession session;

    OnnxRuntimePeer(Path model, OrtSession.SessionOptions.OptLevel level) throws OrtException {
        options.setIntraOpNumThreads(1);
        options.setOptimizationLevel(level);
        session = environment.createSession(model.toString(), options);
    }

    /// The outputs in the model's order.
    SequencedMap<String, Tensor> run(Map<String, ? extends Datum> inputs) throws OrtException {
        var tensors = new HashMap<String, OnnxTensor>();
        try {
            for (var input : inputs.entrySet()) {
                tensors.put(input.getKey(), tensor((Tensor) input.getValue()));
            }
            try (var results = session.run(tensors)) {
                var outputs = new LinkedHashMap<String, Tensor>();
                for (var result : results) {
                    outputs.put(result.getKey(), tensor((OnnxTensor) result.getValue()));
                }
                return outputs;
            }
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(Tensor tensor) throws OrtException {
        var buffer =
                ByteBuffer.allocateDirect((int) tensor.byteSize()).order(ByteOrder.nativeOrder());
        MemorySegment.ofBuffer(buffer).copyFrom(tensor.segment());
        var type =
                switch (tensor.dtype()) {
                    case FLOAT32 -> OnnxJavaType.FLOAT;
                    case INT64 -> OnnxJavaType.INT64;
                    case INT32 -> OnnxJavaType.INT32;
                    case BOOL -> OnnxJavaType.BOOL;
                    default ->
                            throw new IllegalArgumentException(
                                    "no such input here: " + tensor.type());
                };
        return OnnxTensor.createTensor(environment, buffer, tensor.dims(), type);
    }

    private static Tensor tensor(OnnxTensor result) {
        TensorInfo info = result.getInfo();
        var dtype =
                switch (info.type) {
                    case FLOAT -> DType.FLOAT32;
                    case INT64 -> DType.INT64;
                    case INT32 -> DType.INT32;
                    case BOOL -> DType.BOOL;
                    default -> throw new IllegalArgumentException("no such output here: " + info);
                };
        var copy = Tensor.zeros(dtype, info.getShape());
        var buffer = result.getByteBuffer();
        copy.segment().copyFrom(MemorySegment.ofBuffer(buffer));
        return copy;
    }

    @Override
    public void close() throws OrtException {
        session.close();
        options.close();
    }
}
