package dev.tenon.kernels.move;

import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.Word;

/// Four lines of memory that begin as far from one another as a word says.
///
/// @param stride from one to the next, in bytes
/// @param thrice three times the stride
record Four(Word first, Word stride, Word thrice) {
    /// Where a line is.
    ///
    /// @param index 0 … 3
    Place line(int index) {
        return switch (index) {
            case 0 -> Place.at(first);
            case 1, 2 -> Place.at(first, stride, index);
            default -> Place.at(first, thrice);
        };
    }

    /// Where the line after these is.
    Place next() {
        return Place.at(first, stride, 4);
    }

    void setThrice(VectorAssembler a) {
        a.address(thrice, Place.at(stride, stride, 2));
    }
}
