package dev.tenon.graph.op.contract;

import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A parsed equation of [Einsum]: the subscripts of each input and of the output.
///
/// @param inputs a term an input; its characters are letters, and `.` for an ellipsis
/// @param output the output's term, found where the equation does not state it: an ellipsis where
///   there is one, then the letters that stand once, in the order of their code points
public record EinsumEquation(List<String> inputs, String output) {
    private static final String ELLIPSIS = ".";

    /// Subscripts with the axes of ellipses told apart: letters are their code points, the axes of
    /// ellipses are -1 for the last one, -2 for the one before, and so on.
    ///
    /// @param inputs the subscripts of each input's axes
    /// @param output the subscripts of the output's axes
    /// @param summed the subscripts that the output lacks
    public record Bound(List<List<Integer>> inputs, List<Integer> output, List<Integer> summed) {}

    /// @throws GraphException when the text is no equation
    public static EinsumEquation parse(String text) {
        var sides = text.replace(" ", "").replace("...", ELLIPSIS).split("->", -1);
        if (sides.length > 2) {
            throw malformed(text);
        }
        var inputs = List.of(sides[0].split(",", -1));
        for (var term : inputs) {
            check(term, text);
        }
        if (sides.length == 1) {
            return new EinsumEquation(inputs, implicitOutput(inputs));
        }
        check(sides[1], text);
        boolean known =
                sides[1].chars().allMatch(c -> inputs.stream().anyMatch(t -> t.indexOf(c) >= 0));
        boolean once = sides[1].chars().distinct().count() == sides[1].length();
        if (!known || !once) {
            throw new GraphException(
                    Problem.of("the output of an equation has unknown or repeated subscripts")
                            .got(text));
        }
        return new EinsumEquation(inputs, sides[1]);
    }

    private static void check(String term, String text) {
        boolean letters =
                term.replaceFirst("\\.", "")
                        .chars()
                        .allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z');
        if (!letters) {
            throw malformed(text);
        }
    }

    private static GraphException malformed(String text) {
        return new GraphException(
                Problem.of("malformed equation")
                        .expected("such as bij,bjk->bik or ...ij->...ji")
                        .got(text));
    }

    private static String implicitOutput(List<String> inputs) {
        var counts = new TreeMap<String, Integer>();
        for (var term : inputs) {
            term.chars().forEach(c -> counts.merge(Character.toString(c), 1, Integer::sum));
        }
        var output = new StringBuilder(counts.containsKey(ELLIPSIS) ? ELLIPSIS : "");
        counts.forEach(
                (letter, count) -> {
                    if (count == 1 && !letter.equals(ELLIPSIS)) {
                        output.append(letter);
                    }
                });
        return output.toString();
    }

    /// The output's rank where it does not depend on how many axes an ellipsis stands for, else -1.
    public int fixedRank() {
        return output.contains(ELLIPSIS) ? -1 : output.length();
    }

    /// Subscripts for inputs of given ranks.
    ///
    /// @throws GraphException when the terms do not fit the ranks
    public Bound bind(int... ranks) {
        if (ranks.length != inputs.size()) {
            throw new GraphException(
                    Problem.of("the equation does not fit the number of inputs")
                            .expected(inputs.size() + " inputs")
                            .got(ranks.length));
        }
        int widest = 0;
        for (int i = 0; i < ranks.length; i++) {
            var term = inputs.get(i);
            int hidden = ranks[i] - term.length() + (term.contains(ELLIPSIS) ? 1 : 0);
            if (hidden < 0 || hidden > 0 && !term.contains(ELLIPSIS)) {
                throw new GraphException(
                        Problem.of("a term of the equation does not fit its input")
                                .expected("rank " + ranks[i])
                                .got(term.replace(ELLIPSIS, "...")));
            }
            widest = Math.max(widest, hidden);
        }
        var bound = new ArrayList<List<Integer>>();
        var all = new LinkedHashSet<Integer>();
        for (int i = 0; i < ranks.length; i++) {
            bound.add(subscripts(inputs.get(i), ranks[i] - inputs.get(i).length() + 1));
            all.addAll(bound.getLast());
        }
        var result = subscripts(output, widest);
        all.removeAll(result);
        return new Bound(bound, result, List.copyOf(all));
    }

    private static List<Integer> subscripts(String term, int hidden) {
        return term.chars()
                .boxed()
                .flatMap(c -> c == '.' ? IntStream.range(-hidden, 0).boxed() : List.of(c).stream())
                .toList();
    }
}
