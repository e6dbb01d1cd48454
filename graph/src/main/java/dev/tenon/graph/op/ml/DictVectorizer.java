package dev.tenon.graph.op.ml;

import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.RecordAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The values of a map in the order of a vocabulary (ONNX `DictVectorizer`); zero, or an empty
/// text, where the map has no value.
///
/// The output is `[1, size of the vocabulary]`.
public record DictVectorizer(
        @Nullable Longs int64Vocabulary, @Nullable List<String> stringVocabulary) implements Ml {
    public static final OpDef<DictVectorizer> DEF =
            OpDef.of(DictVectorizer.class)
                    .infer((op, in) -> List.of(op.infer(in)))
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .noGradient("maps have none")
                    .flops((_, _) -> 0)
                    .onnx(
                            DOMAIN,
                            "DictVectorizer",
                            1,
                            a -> RecordAttributes.read(DictVectorizer.DEF, a, List.of()))
                    .build();

    @Override
    public OpDef<DictVectorizer> def() {
        return DEF;
    }

    private Labels vocabulary() {
        return new Labels(int64Vocabulary, stringVocabulary);
    }

    private Type infer(InferContext in) {
        var vocabulary = vocabulary();
        if (in.type(0) instanceof Type.OfMap(var key, Type.OfTensor(var dtype, _))
                && key == vocabulary.dtype()) {
            return Type.tensor(dtype, 1, vocabulary.size());
        }
        throw in.error(
                Problem.of("not a map of the vocabulary's keys")
                        .expected("map(" + vocabulary.dtype() + ", …)")
                        .got(in.type(0)));
    }

    private Tensor evaluate(EvalContext in) {
        if (!(in.datum(0) instanceof Datum.OfMap map)
                || !(map.value() instanceof Type.OfTensor(var dtype, _))) {
            throw new InputException(Problem.of("not a map of numbers").got(in.datum(0).type()));
        }
        var vocabulary = vocabulary();
        var result = Tensor.zeros(dtype, 1, vocabulary.size());
        for (int i = 0; i < vocabulary.size(); i++) {
            if (map.entries().get(vocabulary.get(i)) instanceof Tensor value) {
                result.copyElement(i, value, 0);
            }
        }
        return result;
    }
}
