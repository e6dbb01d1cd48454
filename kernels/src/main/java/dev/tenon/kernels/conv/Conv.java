package dev.tenon.kernels.conv;

import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Convolutions of `f32` tensors over one to three spatial axes.
public interface Conv {
    /// The kernels, best first. For each layout the last one is plain Java.
    KernelFamily<Query, Conv> FAMILY =
            KernelFamily.of(
                            "conv",
                            new PointwiseConv(),
                            new GroupedPointwiseConv(),
                            new LastDepthwiseConv(),
                            new NarrowConv(),
                            new WinogradConv(),
                            new WindowConv(),
                            new DepthwiseConv(),
                            new EmittedConv(),
                            new TiledConv(),
                            new ChannelsLastConv())
                    .checkedOn(ConvSamples::all);

    /// What is known when a plan is made.
    ///
    /// @param weights `[features, channels/groups, taps…]`, constant, whatever the layouts
    /// @param stride for each of three axes, as in [ConvShape]
    /// @param dilation likewise
    /// @param padded whether windows may reach beyond the input
    /// @param input how the input lies in memory; channels-last leads to a channels-last output
    record Query(
            Tensor weights,
            int groups,
            int[] stride,
            int[] dilation,
            boolean padded,
            Layout input,
            Layout output) {
        public Query {
            if (input == Layout.CHANNELS_LAST && output == Layout.CHANNELS_FIRST) {
                throw new IllegalArgumentException(
                        "no convolution takes channels-last to channels-first");
            }
        }

        /// What a plan for one shape knows.
        public static Query of(Tensor weights, ConvShape shape, Layout input, Layout output) {
            return new Query(
                    weights,
                    shape.groups(),
                    shape.stride(),
                    shape.dilation(),
                    shape.isPadded(),
                    input,
                    output);
        }

        /// Why a kernel that has channels first on both sides cannot be used.
        Optional<String> notChannelsFirst() {
            return output == Layout.CHANNELS_FIRST
                    ? Optional.empty()
                    : Optional.of("the output is channels-last");
        }

        /// Why a kernel that has channels last on both sides cannot be used.
        Optional<String> notChannelsLast() {
            return input == Layout.CHANNELS_LAST
                    ? Optional.empty()
                    : Optional.of("the input is channels-first");
        }

        /// Whether each window is moved by one element at a time and is dense.
        boolean hasUnitSteps() {
            return hasUnitStride() && Arrays.stream(dilation).allMatch(d -> d == 1);
        }

        boolean hasUnitStride() {
            return Arrays.stream(stride).allMatch(s -> s == 1);
        }

        int features() {
            return Math.toIntExact(weights.dim(0));
        }

        int channelsPerGroup() {
            return Math.toIntExact(weights.dim(1));
        }

        int taps() {
            int taps = 1;
            for (int i = 2; i < weights.rank(); i++) {
                taps = Math.multiplyExact(taps, Math.toIntExact(weights.dim(i)));
            }
            return taps;
        }
    }

    /// @param epilogue done to pieces of the output. Where that is channels-first, a row is one
    ///   feature of one image, numbered by feature alone, and its columns are positions; where it
    ///   is channels-last, the rows are the positions of all images in order and the columns are
    ///   features
    /// @param room lasts as long as the work
    Work prepare(
            MemorySegment x,
            MemorySegment y,
            ConvShape shape,
            Epilogue epilogue,
            NativeScratch room);

    /// Computes once.
    default void run(
            MemorySegment x, MemorySegment y, ConvShape shape, Epilogue epilogue, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(x, y, shape, epilogue, room).run(workers);
        }
    }
}
