package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.FormatException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Attributes;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Maps each element to another one (ONNX `LabelEncoder`).
///
/// Of equal keys, the last one counts; NaN is a key like any other.
///
/// @param keysTensor what is mapped, a vector
/// @param valuesTensor to what, a vector of the same length
/// @param defaultTensor to what anything else is mapped, a vector of one element
public record LabelEncoder(Tensor keysTensor, Tensor valuesTensor, Tensor defaultTensor)
        implements Ml {
    public static final OpDef<LabelEncoder> DEF =
            OpDef.of(LabelEncoder.class)
                    .infer((op, in) -> List.of(op.infer(in)))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .noGradient("a table has none")
                    .onnx(DOMAIN, "LabelEncoder", 4, LabelEncoder::read)
                    .build();

    public LabelEncoder {
        if (keysTensor.size() != valuesTensor.size() || defaultTensor.size() != 1) {
            throw new FormatException(
                    Problem.of("keys and values are not pairs")
                            .expected(keysTensor.size() + " values and a default")
                            .got(
                                    valuesTensor.size()
                                            + " values and "
                                            + defaultTensor.size()
                                            + " defaults"));
        }
        defaultTensor = defaultTensor.reshape(1);
    }

    @Override
    public OpDef<LabelEncoder> def() {
        return DEF;
    }

    private static LabelEncoder read(Attributes a) {
        var values = column("values", a);
        return new LabelEncoder(column("keys", a), values, otherwise(values.dtype(), a));
    }

    private static Tensor column(String name, Attributes a) {
        if (a.has(name + "_strings")) {
            return strings(a.texts(name + "_strings"));
        }
        if (a.has(name + "_int64s")) {
            Longs numbers = a.integers(name + "_int64s");
            return Tensor.of(numbers.toArray(), numbers.size());
        }
        if (a.has(name + "_floats")) {
            Floats numbers = a.numbers(name + "_floats");
            return Tensor.of(numbers.toArray(), numbers.size());
        }
        return a.tensor(name + "_tensor");
    }

    private static Tensor otherwise(DType dtype, Attributes a) {
        if (a.has("default_tensor")) {
            return a.tensor("default_tensor");
        }
        if (dtype == DType.STRING) {
            return strings(List.of(a.text("default_string", "_Unused")));
        }
        return dtype.isFloat()
                ? Tensor.scalar(dtype, a.number("default_float", -0f))
                : Tensor.scalar(dtype, a.integer("default_int64", -1));
    }

    private static Tensor strings(List<String> texts) {
        var tensor = Tensor.zeros(DType.STRING, texts.size());
        for (int i = 0; i < texts.size(); i++) {
            tensor.setString(i, texts.get(i));
        }
        return tensor;
    }

    private Type infer(InferContext in) {
        in.requireDtype(0, keysTensor.dtype());
        return Type.tensor(valuesTensor.dtype(), in.shape(0));
    }

    private Tensor evaluate(Tensor data) {
        Map<Object, Long> places = new HashMap<>();
        for (long i = 0; i < keysTensor.size(); i++) {
            places.put(element(keysTensor, i), i);
        }
        var result = Tensor.zeros(valuesTensor.dtype(), data.dims());
        for (long i = 0; i < data.size(); i++) {
            var place = places.get(element(data, i));
            if (place == null) {
                result.copyElement(i, defaultTensor, 0);
            } else {
                result.copyElement(i, valuesTensor, place);
            }
        }
        return result;
    }

    private static Object element(Tensor tensor, long index) {
        return switch (tensor.dtype().kind()) {
            case STRING -> tensor.getString(index);
            case FLOAT -> tensor.getDouble(index) + 0.0;
            default -> tensor.getLong(index);
        };
    }
}
