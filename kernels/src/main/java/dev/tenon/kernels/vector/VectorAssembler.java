package dev.tenon.kernels.vector;

import java.util.List;

/// Emits a routine in terms of vector registers whose lanes are 32 bits wide, so that a kernel is
/// written once for all instruction sets.
///
/// Masks are vectors in which all bits of a lane are equal. A destination may be a source.
public interface VectorAssembler {
    /// Functions of two numbers, lane by lane.
    enum Binary {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE,
        /// `x < y ? x : y`: the second where either is NaN or both are zeros.
        MIN,
        /// `x > y ? x : y`: the second where either is NaN or both are zeros.
        MAX,
        AND,
        /// `¬x ∧ y`.
        AND_NOT,
        OR,
        XOR,
        INT_ADD,
        INT_SUBTRACT,
        /// A mask, like those that follow; false of NaN.
        LESS,
        LESS_OR_EQUAL,
        EQUAL,
        /// True of NaN.
        NOT_EQUAL,
        UNORDERED
    }

    /// Functions of one number, lane by lane.
    enum Unary {
        SQRT,
        /// To the nearest integer, ties to even.
        ROUND,
        FLOOR,
        CEIL,
        /// The nearest integer as 32 bits.
        TO_INT,
        FROM_INT
    }

    /// Shifts of 32 bits.
    enum Shift {
        LEFT,
        /// Shifts in zeros.
        RIGHT,
        /// Shifts in the sign.
        SIGNED_RIGHT
    }

    /// Where to bring memory that will be read soon.
    enum Cache {
        FIRST_LEVEL,
        SECOND_LEVEL
    }

    /// Which lanes of a vector are in memory.
    enum Part {
        ALL,
        /// The first ones, as many as [#tail] said; other places are not touched, and are read as
        /// 0.
        TAIL
    }

    /// How many lanes a vector has.
    int lanes();

    /// How many vector registers there are.
    int vectors();

    /// How many general-purpose registers there are.
    int words();

    /// Begins the routine.
    ///
    /// @param words how many general-purpose registers it uses
    /// @param vectorSlots how many vectors it saves
    /// @param wordSlots how many words it saves
    void enter(int words, int vectorSlots, int wordSlots);

    /// Returns to the caller.
    void leave();

    /// The finished code.
    byte[] finish();

    /// Reads an argument beyond the first six.
    void argument(Word to, int index);

    void set(Word to, long value);

    void copy(Word to, Word from);

    void load(Word to, Place from);

    void store(Word from, Place to);

    /// Where a place is.
    void address(Word to, Place of);

    /// Keeps the lower 32 bits.
    void lowHalf(Word to, Word from);

    /// Keeps the upper 32 bits.
    void highHalf(Word word);

    void add(Word to, Word more);

    void add(Word to, int more);

    void subtract(Word from, Word less);

    void multiply(Word to, Word by);

    void and(Word to, int bits);

    void shiftLeft(Word to, int bits);

    /// Shifts in zeros.
    void shiftRight(Word to, int bits);

    void save(Word from, int slot);

    void restore(Word to, int slot);

    void addSaved(Word to, int slot);

    void save(Vector from, int slot);

    void restore(Vector to, int slot);

    /// Adds to what is saved.
    void addToSaved(int slot, int more);

    /// Begins a multiple of so many bytes, for a loop that follows.
    void align(int bytes);

    void prefetch(Place what, Cache where);

    /// Repeats `body` as long as the counter is at least `step`, lowering it by as much each time.
    void whileAtLeast(Word count, int step, Runnable body);

    /// Emits `body` to be run unless the counter is 0.
    void unlessZero(Word count, Runnable body);

    /// Emits `body` to be run unless the first is below the second, without signs.
    void unlessBelow(Word x, Word y, Runnable body);

    /// Emits `body` to be run unless the word is below a number that is not negative, without
    /// signs.
    void unlessBelow(Word x, int y, Runnable body);

    /// Emits `body` to be run if the first is below the second, without signs.
    void ifBelow(Word x, Word y, Runnable body);

    /// Repeats `body`, once at least, until the counter, lowered by one each time, is 0.
    void countDown(Word count, Runnable body);

    /// The same with a counter that is saved.
    void countDownSaved(int slot, Runnable body);

    /// Says how many lanes [Part#TAIL] are; at most all.
    ///
    /// @param scratch overwritten
    void tail(Word count, Word scratch);

    /// Replaces the lanes of a vector that are not in the tail.
    ///
    /// @param scratch overwritten
    void keepTail(Vector vector, Constant otherwise, Vector scratch);

    void load(Vector to, Place from, Part part);

    void store(Vector from, Place to, Part part);

    /// Stores past the caches; the place is aligned to a vector.
    void stream(Vector from, Place to);

    /// Makes streamed stores visible to other threads in order.
    void fence();

    /// One number into all lanes.
    void broadcast(Vector to, Place from);

    /// The lower 32 bits into all lanes.
    void broadcast(Vector to, Word from);

    /// Reads the first lanes alone; what the others become is undefined.
    ///
    /// @param lanes a power of two
    void loadFirst(Vector to, Place from, int lanes);

    /// Writes the first lanes alone.
    ///
    /// @param lanes a power of two
    void storeFirst(Vector from, Place to, int lanes);

    /// Sets four adjacent lanes to the first four of a vector, or to what is in memory. The lanes
    /// before stay; what those after become is undefined.
    ///
    /// @param first the lane of the first: a multiple of 4
    void setFour(Vector to, int first, Source from);

    /// Writes four adjacent lanes.
    ///
    /// @param first the lane of the first: a multiple of 4
    void storeFour(Vector from, int first, Place to);

    void set(Vector to, Source from);

    void apply(Unary function, Vector to, Vector x);

    void apply(Binary function, Vector to, Vector x, Source y);

    void shift(Shift shift, Vector to, Vector x, int bits);

    /// `x·y + z`, rounded once; at most one of `y` and `z` is not in a register.
    void fma(Vector to, Vector x, Source y, Source z);

    /// `z - x·y`, rounded once; at most one of `y` and `z` is not in a register.
    void negatedFma(Vector to, Vector x, Source y, Source z);

    /// Where the mask is set the first, elsewhere the second.
    void blend(Vector to, Vector mask, Source then, Vector otherwise);

    /// Sets each lane to the lane of a vector that its index names.
    ///
    /// @param indices integers from 0 to the number of lanes, not included
    void pick(Vector to, Vector indices, Source from);

    /// Numbers in a table that [#lookUp] reads.
    int TABLE_SIZE = 32;

    /// Whether there are [#lookUp] and [#scale].
    default boolean hasTables() {
        return false;
    }

    /// Sets each lane to the number of a table that the lower bits of its index name.
    ///
    /// @param to neither the indices nor the second half
    /// @param low the first half of the table
    /// @param high the second half
    /// @throws UnsupportedOperationException unless [#hasTables]
    default void lookUp(Vector to, Vector indices, Source low, Source high) {
        throw new UnsupportedOperationException("there are no tables");
    }

    /// `x · 2^⌊exponent⌋`, rounded once.
    ///
    /// @throws UnsupportedOperationException unless [#hasTables]
    default void scale(Vector to, Vector x, Source exponent) {
        throw new UnsupportedOperationException("there is no scaling by powers of two");
    }

    /// Exchanges rows and columns of squares that lie side by side in some vectors.
    ///
    /// @param rows 4, of which each group of four lanes is a square, or as many as there are lanes;
    ///   overwritten
    /// @param scratch overwritten
    /// @return one a column, in registers of the rows and the scratch one
    List<Vector> transpose(List<Vector> rows, Vector scratch);

    /// Combines all lanes of a vector, in an order that depends on nothing but the number of lanes,
    /// and leaves the result in each.
    ///
    /// @param scratch overwritten
    void acrossLanes(Binary function, Vector vector, Vector scratch);
}
