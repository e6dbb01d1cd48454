package dev.tenon.data.image;

import dev.tenon.base.Floats;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;

/// How an image becomes a tensor: each channel `c` of a pixel of 0 to 255 becomes `(pixel · scale -
/// mean[c]) / std[c]`.
///
/// @param height of the tensor; 0, the image's own
/// @param width of the tensor; 0, the image's own
/// @param fit what happens to an image of another aspect ratio
/// @param layout order of the axes
/// @param channels order and number of the channels
/// @param mean one a channel, in the order of the channels
/// @param std one a channel
/// @param maxPixels of an image before it is resized; larger ones are refused unread
public record ImageOptions(
        int height,
        int width,
        Fit fit,
        Layout layout,
        Channels channels,
        float scale,
        Floats mean,
        Floats std,
        long maxPixels) {

    /// What happens to an image of another aspect ratio than the tensor's.
    public enum Fit {
        /// Both sides are scaled on their own.
        STRETCH,
        /// Scaled until it covers the tensor; the middle is kept.
        CROP,
        /// Scaled until it fits into the tensor; the rest is black, half of it on each side.
        PAD
    }

    public enum Layout {
        NCHW,
        NHWC
    }

    public enum Channels {
        RGB(3),
        BGR(3),
        /// Luma after ITU-R BT.601.
        GRAY(1);

        private final int count;

        Channels(int count) {
            this.count = count;
        }

        public int count() {
            return count;
        }
    }

    /// Values of 0 to 1, RGB, NCHW, stretched.
    public static ImageOptions of(int height, int width) {
        return new ImageOptions(
                height,
                width,
                Fit.STRETCH,
                Layout.NCHW,
                Channels.RGB,
                1 / 255f,
                Floats.of(0, 0, 0),
                Floats.of(1, 1, 1),
                100_000_000);
    }

    public ImageOptions {
        if (height < 0 || width < 0) {
            throw new InputException(
                    Problem.of("negative size of an image").got(height + "x" + width));
        }
        if (mean.size() != channels.count() || std.size() != channels.count()) {
            throw new InputException(
                    Problem.of("mean and std have one value a channel")
                            .expected(channels.count())
                            .got(mean.size() + " and " + std.size()));
        }
    }

    /// Another size; 0, the image's own.
    public ImageOptions withSize(int newHeight, int newWidth) {
        return new ImageOptions(
                newHeight, newWidth, fit, layout, channels, scale, mean, std, maxPixels);
    }

    public ImageOptions withFit(Fit newFit) {
        return new ImageOptions(
                height, width, newFit, layout, channels, scale, mean, std, maxPixels);
    }

    public ImageOptions withLayout(Layout newLayout) {
        return new ImageOptions(
                height, width, fit, newLayout, channels, scale, mean, std, maxPixels);
    }

    /// Other channels, neither shifted nor stretched.
    public ImageOptions withChannels(Channels newChannels) {
        boolean gray = newChannels.count() == 1;
        var zeros = gray ? Floats.of(0) : Floats.of(0, 0, 0);
        var ones = gray ? Floats.of(1) : Floats.of(1, 1, 1);
        return new ImageOptions(
                height, width, fit, layout, newChannels, scale, zeros, ones, maxPixels);
    }

    public ImageOptions withScale(float newScale) {
        return new ImageOptions(
                height, width, fit, layout, channels, newScale, mean, std, maxPixels);
    }

    public ImageOptions withNormalization(Floats newMean, Floats newStd) {
        return new ImageOptions(
                height, width, fit, layout, channels, scale, newMean, newStd, maxPixels);
    }
}
