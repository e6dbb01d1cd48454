package dev.tenon.graph.op.signal;

/// Complex numbers in two arrays, and their discrete Fourier transform.
record Spectrum(double[] real, double[] imaginary) {
    static Spectrum zeros(int length) {
        return new Spectrum(new double[length], new double[length]);
    }

    int length() {
        return real.length;
    }

    /// `y[k] = Σ x[n] · exp(∓2πi·k·n / N)`; the inverse, with the plus sign, divides by N.
    Spectrum transform(boolean inverse) {
        var result = sums(inverse);
        if (inverse) {
            for (int k = 0; k < length(); k++) {
                result.real[k] /= length();
                result.imaginary[k] /= length();
            }
        }
        return result;
    }

    /// The sums, by halves while the length is even (Cooley and Tukey).
    private Spectrum sums(boolean inverse) {
        int half = length() / 2;
        if (length() % 2 != 0) {
            return directSums(inverse);
        }
        var even = everySecond(0).sums(inverse);
        var odd = everySecond(1).sums(inverse);
        var result = zeros(length());
        for (int k = 0; k < half; k++) {
            double angle = (inverse ? 2 : -2) * Math.PI * k / length();
            double re = odd.real[k] * Math.cos(angle) - odd.imaginary[k] * Math.sin(angle);
            double im = odd.real[k] * Math.sin(angle) + odd.imaginary[k] * Math.cos(angle);
            result.real[k] = even.real[k] + re;
            result.imaginary[k] = even.imaginary[k] + im;
            result.real[k + half] = even.real[k] - re;
            result.imaginary[k + half] = even.imaginary[k] - im;
        }
        return result;
    }

    private Spectrum everySecond(int from) {
        var part = zeros(length() / 2);
        for (int i = 0; i < part.length(); i++) {
            part.real[i] = real[from + 2 * i];
            part.imaginary[i] = imaginary[from + 2 * i];
        }
        return part;
    }

    private Spectrum directSums(boolean inverse) {
        int length = length();
        var cosines = new double[length];
        var sines = new double[length];
        for (int i = 0; i < length; i++) {
            double angle = 2 * Math.PI * i / length;
            cosines[i] = Math.cos(angle);
            sines[i] = inverse ? Math.sin(angle) : -Math.sin(angle);
        }
        var result = zeros(length);
        for (int k = 0; k < length; k++) {
            double re = 0;
            double im = 0;
            for (int n = 0; n < length; n++) {
                int turn = (int) ((long) k * n % length);
                re += real[n] * cosines[turn] - imaginary[n] * sines[turn];
                im += real[n] * sines[turn] + imaginary[n] * cosines[turn];
            }
            result.real[k] = re;
            result.imaginary[k] = im;
        }
        return result;
    }

    /// Fills in what follows from the first half where the transform is real: `y[N - k]` is the
    /// conjugate of `y[k]`.
    void mirror() {
        for (int k = length() / 2 + 1; k < length(); k++) {
            real[k] = real[length() - k];
            imaginary[k] = -imaginary[length() - k];
        }
    }
}
