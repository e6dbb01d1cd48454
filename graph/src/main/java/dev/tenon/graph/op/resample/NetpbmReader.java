package dev.tenon.graph.op.resample;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;

/// Reads Netpbm images: PBM, PGM and PPM, as text (`P1` to `P3`) or binary (`P4` to `P6`).
///
/// Source: the manual pages `pbm(5)`, `pgm(5)` and `ppm(5)`.
final class NetpbmReader {
    private final byte[] file;
    private final int kind;
    private int at = 2;

    NetpbmReader(byte[] file) {
        this.file = file;
        this.kind = file[1] - '0';
    }

    /// @throws InputException when the file is malformed
    /// @throws dev.tenon.base.LimitException when the image does not fit the heap
    Pixels read() {
        int width = number();
        int height = number();
        boolean bits = kind % 3 == 1;
        int most = bits ? 1 : number();
        if (most < 1 || most > 65535) {
            throw malformed("the largest value is out of range");
        }
        Pixels.checkSize(width, height);
        boolean binary = kind > 3;
        int channels = kind % 3 == 0 ? 3 : 1;
        if (file.length - at
                < (bits ? ((long) width + 7) / 8 * height : (long) channels * width * height)) {
            throw malformed("pixels are missing");
        }
        if (binary) {
            at++;
        }
        var rgb = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++) {
            for (int c = 0; c < channels; c++) {
                int sample =
                        bits ? 1 - bit(i % width, binary) : binary ? binarySample(most) : number();
                byte value = (byte) ((sample * 255L + most / 2) / most);
                for (int copy = c; copy < 3; copy += channels) {
                    rgb[3 * i + copy] = value;
                }
            }
            if (bits && binary && i % width == width - 1) {
                // Rows begin at whole bytes.
                at++;
            }
        }
        return new Pixels(width, height, rgb);
    }

    private int bit(int column, boolean binary) {
        if (!binary) {
            skipSpace();
            return next() - '0' & 1;
        }
        if (column > 0 && column % 8 == 0) {
            at++;
        }
        return peek() >> 7 - column % 8 & 1;
    }

    private int binarySample(int most) {
        return most < 256 ? next() : next() << 8 | next();
    }

    private int number() {
        skipSpace();
        long value = 0;
        int start = at;
        while (at < file.length && file[at] >= '0' && file[at] <= '9') {
            value = Math.min(value * 10 + file[at++] - '0', Integer.MAX_VALUE);
        }
        if (at == start) {
            throw malformed("a number is missing");
        }
        return (int) value;
    }

    /// Skips white space and comments.
    private void skipSpace() {
        while (at < file.length && (Character.isWhitespace(file[at]) || file[at] == '#')) {
            if (file[at] == '#') {
                while (at < file.length && file[at] != '\n') {
                    at++;
                }
            } else {
                at++;
            }
        }
    }

    private int peek() {
        if (at >= file.length) {
            throw malformed("pixels are missing");
        }
        return file[at] & 0xff;
    }

    private int next() {
        int value = peek();
        at++;
        return value;
    }

    private InputException malformed(String what) {
        return new InputException(
                Problem.of("malformed PNM image: " + what)
                        .expected("an image of format P" + kind)
                        .got("byte " + at + " of " + file.length));
    }
}
