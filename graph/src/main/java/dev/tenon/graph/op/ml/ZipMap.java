package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.RecordAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a map from labels to scores of each row of a matrix (ONNX `ZipMap`).
///
/// @param classlabelsInt64s the keys, one for each column, or null
/// @param classlabelsStrings the keys, one for each column, or null
public record ZipMap(@Nullable Longs classlabelsInt64s, @Nullable List<String> classlabelsStrings)
        implements Ml {
    public static final OpDef<ZipMap> DEF =
            OpDef.of(ZipMap.class)
                    .infer(
                            (op, in) -> {
                                in.requireRank(0, 1, 2);
                                in.requireDtype(0, DType.FLOAT32);
                                return List.of(new Type.OfSequence(op.element()));
                            })
                    .reference((op, in) -> List.of(op.evaluate(new Samples(in.tensor(0)))))
                    .noGradient("maps have none")
                    .flops((_, _) -> 0)
                    .onnx(DOMAIN, "ZipMap", 1, a -> RecordAttributes.read(ZipMap.DEF, a, List.of()))
                    .build();

    @Override
    public OpDef<ZipMap> def() {
        return DEF;
    }

    private Labels keys() {
        return new Labels(classlabelsInt64s, classlabelsStrings);
    }

    private Type.OfMap element() {
        return new Type.OfMap(keys().dtype(), Type.scalar(DType.FLOAT32));
    }

    private Datum evaluate(Samples samples) {
        var keys = keys();
        if (keys.size() != samples.width()) {
            throw new InputException(
                    Problem.of("not one key for each column")
                            .expected(keys.size() + " columns")
                            .got(samples.width()));
        }
        var maps = new ArrayList<Datum>();
        for (int sample = 0; sample < samples.count(); sample++) {
            var row = samples.get(sample);
            var entries = new LinkedHashMap<Object, Datum>();
            for (int i = 0; i < row.length; i++) {
                entries.put(keys.get(i), Tensor.scalar((float) row[i]));
            }
            maps.add(new Datum.OfMap(keys.dtype(), Type.scalar(DType.FLOAT32), entries));
        }
        return new Datum.OfSequence(element(), maps);
    }
}
