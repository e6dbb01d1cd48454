package dev.tenon.kernels.vector;

import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import java.util.List;
import java.util.stream.IntStream;

/// Streams of vectors that are worked on side by side, so that what depends on each other has time:
/// one vector of each of several rows, or several vectors of one row. Of `s` streams of `r` rows,
/// number `i` is vector `i / r` of row `i % r`.
///
/// @param rows how many
/// @param width vectors of a row at once, as long as there are enough
public record RowBlock(RowLoop loop, int rows, int width) {
    /// Emits what is done with the vector of one stream.
    @FunctionalInterface
    public interface Body {
        void emit(int stream, Part part);
    }

    /// Emits what is done with the vectors of all streams.
    @FunctionalInterface
    public interface Together {
        /// @param streams how many there are, from number 0 on
        void emit(int streams, Part part);
    }

    /// How many streams there are at most.
    public int streams() {
        return rows * width;
    }

    public int row(int stream) {
        return stream % rows;
    }

    /// The words for one pointer a row.
    ///
    /// @param first that of the first row
    /// @param further those of the others, from this one on
    public List<Word> pointers(Word first, int further) {
        return IntStream.range(0, rows)
                .mapToObj(i -> i == 0 ? first : new Word(further + i - 1))
                .toList();
    }

    /// Sets the pointers of all rows but the first.
    ///
    /// @param bytes from row to row
    public void follow(List<Word> pointers, Word bytes) {
        for (int i = 1; i < rows; i++) {
            loop.a().address(pointers.get(i), Place.at(pointers.get(i - 1), bytes));
        }
    }

    /// Moves the first pointer on by all rows, after [#follow].
    public void next(List<Word> pointers, Word bytes) {
        loop.a().address(pointers.getFirst(), Place.at(pointers.getLast(), bytes));
    }

    /// The vector of a stream.
    public Place at(List<Word> pointers, int stream) {
        return loop.at(pointers.get(row(stream)), stream / rows);
    }

    /// Goes over the rows, all at once.
    public void run(Body body) {
        together(
                (streams, part) -> {
                    for (int stream = 0; stream < streams; stream++) {
                        body.emit(stream, part);
                    }
                });
    }

    /// Goes over the rows, all at once.
    public void together(Together body) {
        loop.run(width, (vectors, part) -> body.emit(vectors * rows, part));
    }

    /// Combines what the streams of each row came to, and leaves it in all lanes of the first
    /// stream of the row.
    ///
    /// @param results one a stream
    /// @param scratch overwritten: one a row
    public void join(Binary function, List<Vector> results, List<Vector> scratch) {
        for (int i = rows; i < streams(); i++) {
            var first = results.get(row(i));
            loop.a().apply(function, first, first, results.get(i));
        }
        for (int row = 0; row < rows; row++) {
            loop.a().acrossLanes(function, results.get(row), scratch.get(row));
        }
    }
}
