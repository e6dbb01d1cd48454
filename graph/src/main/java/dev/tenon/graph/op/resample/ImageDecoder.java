package dev.tenon.graph.op.resample;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Decodes an image file: JPEG, PNG, BMP, GIF, TIFF or PNM (ONNX `ImageDecoder`).
///
/// Input: the file's bytes. Output: `[height, width, channels]` of `u8`. An alpha channel is left
/// out, and neither colour profiles nor an orientation in the metadata are applied.
public record ImageDecoder(PixelFormat pixelFormat) implements Resample {
    /// The channels of a pixel.
    public enum PixelFormat {
        RGB(3),
        BGR(3),
        GRAYSCALE(1);

        private final int channels;

        PixelFormat(int channels) {
            this.channels = channels;
        }

        /// The name in ONNX.
        @Override
        public String toString() {
            return this == GRAYSCALE ? "Grayscale" : name();
        }

        private byte sample(Pixels image, int pixel, int channel) {
            return (byte)
                    switch (this) {
                        case RGB -> image.channel(pixel, channel);
                        case BGR -> image.channel(pixel, 2 - channel);
                        case GRAYSCALE -> image.luma(pixel);
                    };
        }
    }

    public static final OpDef<ImageDecoder> DEF =
            OpDef.of(ImageDecoder.class)
                    .infer(
                            (op, in) -> {
                                in.requireDtype(0, DType.UINT8);
                                in.requireRank(0, 1, 1);
                                return List.of(
                                        Type.tensor(
                                                DType.UINT8,
                                                Shape.of(
                                                        in.unknown(),
                                                        in.unknown(),
                                                        Dim.of(op.pixelFormat.channels))));
                            })
                    .reference(ImageDecoder::evaluate)
                    .noGradient("a file's bytes are no numbers")
                    .onnx(
                            "ImageDecoder",
                            20,
                            a -> new ImageDecoder(a.choice("pixel_format", PixelFormat.RGB)))
                    .build();

    @Override
    public OpDef<ImageDecoder> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(ImageDecoder op, EvalContext in) {
        var image = Pixels.decode(in.tensor(0).segment().toArray(ValueLayout.JAVA_BYTE));
        int channels = op.pixelFormat.channels;
        var samples = new byte[image.width() * image.height() * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = op.pixelFormat.sample(image, i / channels, i % channels);
        }
        return List.of(
                Tensor.of(
                        DType.UINT8,
                        MemorySegment.ofArray(samples),
                        image.height(),
                        image.width(),
                        channels));
    }
}
