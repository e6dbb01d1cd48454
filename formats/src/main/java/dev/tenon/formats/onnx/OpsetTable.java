package dev.tenon.formats.onnx;

import dev.tenon.base.DType;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.formats.onnx.proto.Int64List;
import dev.tenon.graph.OpDef;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What newer operator sets added to operators whose form they kept: attributes, values of
/// attributes, and element types. With it a model asks for no newer operator set than it needs.
///
/// Source: the ONNX operator change log, operator sets 19 to 27.
final class OpsetTable {
    /// An attribute that came later, and the value that says what operators did before.
    private record Later(int since, Predicate<AttributeProto> old) {}

    private static final Map<String, Later> ATTRIBUTES = new HashMap<>();
    private static final Map<String, Integer> VALUES = new HashMap<>();
    private static final Map<DType, Map<String, Integer>> TYPES = new EnumMap<>(DType.class);

    private static final List<DType> FLOAT8 =
            List.of(
                    DType.FLOAT8E4M3FN,
                    DType.FLOAT8E4M3FNUZ,
                    DType.FLOAT8E5M2,
                    DType.FLOAT8E5M2FNUZ);

    static {
        later(19, "saturate", is(1), "Cast", "CastLike", "QuantizeLinear");
        later(24, "round_mode", is("up"), "Cast", "CastLike");
        later(21, "block_size", is(0), "QuantizeLinear", "DequantizeLinear");
        later(21, "output_dtype", is(0), "QuantizeLinear");
        later(23, "precision", is(0), "QuantizeLinear");
        later(23, "output_dtype", is(0), "DequantizeLinear");
        later(19, "dilations", OpsetTable::isOnes, "AveragePool");
        later(25, "left_window_size", is(-1), "Attention");
        later(25, "right_window_size", is(-1), "Attention");
        later(27, "stash_type", is(1), "Range");

        VALUES.put("Pad.mode=wrap", 19);
        VALUES.put("Resize.coordinate_transformation_mode=half_pixel_symmetric", 19);

        types(19, List.of(DType.FLOAT16, DType.BFLOAT16), "QuantizeLinear DequantizeLinear");
        types(21, List.of(DType.INT16, DType.UINT16), "QuantizeLinear DequantizeLinear");
        types(20, List.of(DType.BFLOAT16), "ConstantOfShape IsInf");
        types(21, List.of(DType.BFLOAT16), "QLinearMatMul");
        types(
                22,
                List.of(DType.BFLOAT16),
                """
                Acos Acosh Asin Asinh Atan Atanh AveragePool Bernoulli Conv ConvTranspose Cos Cosh
                DeformConv Det Dropout Elu EyeLike GRU GlobalAveragePool GlobalLpPool GlobalMaxPool
                GridSample HardSigmoid HardSwish InstanceNormalization LSTM LpNormalization LpPool
                MaxPool MaxRoiPool MaxUnpool Mish Multinomial NegativeLogLikelihoodLoss RNN
                RandomNormal RandomNormalLike RandomUniform RandomUniformLike RoiAlign Round Selu
                Sin Sinh Softplus Softsign Tan ThresholdedRelu\
                """);
        types(24, List.of(DType.BFLOAT16), "TopK SplitToSequence");
        types(20, List.of(DType.FLOAT16), "IsInf");
        types(21, List.of(DType.FLOAT16), "QLinearMatMul");
        types(20, FLOAT8, "ConstantOfShape IsInf IsNaN");
        types(21, FLOAT8, "Flatten Pad Squeeze Transpose Unsqueeze QLinearMatMul");
        types(22, FLOAT8, "Dropout");
        types(19, List.of(DType.STRING), "Equal");
        types(20, List.of(DType.BOOL), "ReduceMax ReduceMin");
    }

    private OpsetTable() {}

    private static void later(
            int since, String attribute, Predicate<AttributeProto> old, String... ops) {
        for (var op : ops) {
            ATTRIBUTES.put(op + "." + attribute, new Later(since, old));
        }
    }

    private static void types(int since, List<DType> dtypes, String ops) {
        for (var dtype : dtypes) {
            for (var op : ops.split("\\s+")) {
                TYPES.computeIfAbsent(dtype, d -> new HashMap<>()).put(op, since);
            }
        }
    }

    private static Predicate<AttributeProto> is(long value) {
        return a -> a.i() instanceof Long i && i == value;
    }

    private static Predicate<AttributeProto> is(String value) {
        return a -> a.s() != null && a.s().text().equals(value);
    }

    private static boolean isOnes(AttributeProto attribute) {
        return isOnes(attribute.ints());
    }

    private static boolean isOnes(Int64List list) {
        for (long value : list.toArray()) {
            if (value != 1) {
                return false;
            }
        }
        return true;
    }

    /// Whether an attribute only says what the operator did before the attribute came.
    static boolean isImplied(OpDef.Onnx<?> op, AttributeProto attribute) {
        var later = later(op, attribute);
        return later != null && later.old.test(attribute);
    }

    /// The operator set that first has an attribute with its value.
    static int since(OpDef.Onnx<?> op, AttributeProto attribute) {
        var later = later(op, attribute);
        var text = attribute.s();
        int value =
                text == null || !op.domain().isEmpty()
                        ? 1
                        : VALUES.getOrDefault(
                                op.name() + "." + attribute.name() + "=" + text.text(), 1);
        return later == null ? value : Math.max(later.since, value);
    }

    private static @Nullable Later later(OpDef.Onnx<?> op, AttributeProto attribute) {
        return op.domain().isEmpty() ? ATTRIBUTES.get(op.name() + "." + attribute.name()) : null;
    }

    /// The operator set in which an operator first takes or gives an element type.
    static int since(OpDef.Onnx<?> op, DType dtype) {
        int own =
                op.domain().isEmpty()
                        ? TYPES.getOrDefault(dtype, Map.of()).getOrDefault(op.name(), 1)
                        : 1;
        return Math.max(own, since(dtype));
    }

    /// The first operator set that has an element type at all.
    static int since(DType dtype) {
        return switch (dtype) {
            case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ -> 19;
            case INT4, UINT4 -> 21;
            case FLOAT4E2M1 -> 23;
            case FLOAT8E8M0 -> 24;
            case INT2, UINT2 -> 25;
            default -> OpsetVersions.OLDEST_WRITTEN;
        };
    }
}
