package dev.tenon.data.text;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Byte pair encoding (Sennrich et al. 2016): starts from single characters and joins the
/// neighbouring pair that was learnt first, until none is left that was learnt.
///
/// @param ranks the order in which pairs were learnt, by both halves with a line feed between them
/// @param unknown for characters that are no token; null, they are dropped
/// @param ignoreMerges a word that is a token is taken whole
record BytePair(
        Map<String, Integer> vocabulary,
        Map<String, Integer> ranks,
        @Nullable String unknown,
        boolean ignoreMerges)
        implements SubwordModel {
    BytePair {
        vocabulary = Map.copyOf(vocabulary);
        ranks = Map.copyOf(ranks);
        if (unknown != null && !vocabulary.containsKey(unknown)) {
            throw new FormatException(
                    Problem.of("the unknown token is not in the vocabulary").got(unknown));
        }
    }

    static String pair(String left, String right) {
        return left + '\n' + right;
    }

    @Override
    public void tokenize(AlignedText word, List<Piece> pieces) {
        var whole = word.toString();
        if (ignoreMerges && vocabulary.containsKey(whole)) {
            pieces.add(
                    new Piece(
                            vocabulary.get(whole),
                            whole,
                            word.start(0),
                            word.end(word.length() - 1)));
            return;
        }
        var symbols = new ArrayList<String>();
        var starts = new ArrayList<Integer>();
        for (int i = 0; i < word.length(); i++) {
            symbols.add(Character.toString(word.codePoint(i)));
            starts.add(i);
        }
        merge(symbols, starts);
        for (int i = 0; i < symbols.size(); i++) {
            int end = i + 1 < symbols.size() ? starts.get(i + 1) : word.length();
            add(symbols.get(i), word.start(starts.get(i)), word.end(end - 1), pieces);
        }
    }

    private void merge(List<String> symbols, List<Integer> starts) {
        while (symbols.size() > 1) {
            int best = -1;
            int bestRank = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                int rank =
                        ranks.getOrDefault(
                                pair(symbols.get(i), symbols.get(i + 1)), Integer.MAX_VALUE);
                if (rank < bestRank) {
                    best = i;
                    bestRank = rank;
                }
            }
            if (best < 0) {
                return;
            }
            symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
            starts.remove(best + 1);
        }
    }

    private void add(String symbol, int start, int end, List<Piece> pieces) {
        var id = vocabulary.get(symbol);
        if (id != null) {
            pieces.add(new Piece(id, symbol, start, end));
        } else if (unknown != null) {
            pieces.add(
                    new Piece(
                            Objects.requireNonNull(vocabulary.get(unknown)), unknown, start, end));
        }
    }
}
