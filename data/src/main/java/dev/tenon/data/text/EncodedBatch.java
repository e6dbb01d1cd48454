package dev.tenon.data.text;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import java.util.List;

/// Inputs of equal length as the tensors that models take.
///
/// @param ids `i64[b,s]`
/// @param typeIds `i64[b,s]`
/// @param mask `i64[b,s]`: 1 for tokens, 0 for padding
/// @param offsets `i64[b,s,2]`: where a token starts and ends in its text, in UTF-16 units
public record EncodedBatch(Tensor ids, Tensor typeIds, Tensor mask, Tensor offsets) {

    /// @throws InputException when the inputs differ in length
    public static EncodedBatch of(List<Encoding> encodings) {
        int length = encodings.isEmpty() ? 0 : encodings.getFirst().length();
        int count = encodings.size();
        var batch =
                new EncodedBatch(
                        Tensor.zeros(DType.INT64, count, length),
                        Tensor.zeros(DType.INT64, count, length),
                        Tensor.zeros(DType.INT64, count, length),
                        Tensor.zeros(DType.INT64, count, length, 2));
        long at = 0;
        for (var encoding : encodings) {
            if (encoding.length() != length) {
                throw new InputException(
                        Problem.of("the inputs of a batch differ in length")
                                .expected(length)
                                .got(encoding.length())
                                .advice("Give the tokenizer a padding"));
            }
            for (var token : encoding.tokens()) {
                batch.ids.setLong(at, token.id());
                batch.typeIds.setLong(at, token.typeId());
                batch.mask.setLong(at, token.attended() ? 1 : 0);
                batch.offsets.setLong(2 * at, token.start());
                batch.offsets.setLong(2 * at + 1, token.end());
                at++;
            }
        }
        return batch;
    }
}
