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
        int length = length();
        var cosines = new double[length];
        var sines = new double[length];
        for (int i = 0; i < length; i++) {
            double angle = 2 * Math.PI * i / length;
            cosines[i] = Math.cos(angle);
            sines[i] = inverse ? Math.sin(angle) : -Math.sin(angle);
        }
        var result = zeros(length);
        double scale = inverse ? 1.0 / length : 1;
        for (int k = 0; k < length; k++) {
            double re = 0;
            double im = 0;
            for (int n = 0; n < length; n++) {
                int turn = (int) ((long) k * n % length);
                re += real[n] * cosines[turn] - imaginary[n] * sines[turn];
                im += real[n] * sines[turn] + imaginary[n] * cosines[turn];
            }
            result.real[k] = re * scale;
            result.imaginary[k] = im * scale;
        }
        return result;
    }

    /// Fills in what follows from the first half where the transform is real: `y[N - k]` is the conjugate
    /// of `y[k]`.
    void mirror() {
        for (int k = length() / 2 + 1; k < length(); k++) {
            real[k] = real[length() - k];
            imaginary[k] = -imaginary[length() - k];
        }
    }
}
