package dev.tenon.kernels.conv;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.conv.winograd.ExpectedError;
import dev.tenon.kernels.conv.winograd.Transform;
import dev.tenon.kernels.conv.winograd.TransformedWeights;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Channels-last convolution by windows of 3 × 3, moved by one, by minimal filtering: tiles of
/// inputs are transformed, multiplied with the transformed weights element by element (a product of
/// matrices for each element), and transformed back. Shapes for which that does not pay go to
/// [WindowConv].
///
/// Its sums differ from those of windows. With `ε = 2⁻²⁴`, inputs of at most `X` and the weights
/// `w` of a feature, the error of F(4, 3) is at most `861 ε (channels + 24) X Σ|w|`; for numbers
/// around 0 its root mean square is about ten times that of windows, and less than twice for F(2,
/// 3). A NaN or an infinity reaches every output of the tiles that read it.
///
/// Where its weights let [ExpectedError] exceed a limit, a convolution takes the next simpler form.
/// The system property `tenon.winograd` is that limit, as a share of the outputs' root mean square;
/// `true` stands for 10⁻⁵, `false` for windows alone.
final class WinogradConv implements EmittedKernel<Conv.Query, Conv> {
    /// Larger weights might overflow where windows do not; they are left to those.
    private static final float MAX_WEIGHT = 1e30f;

    /// Weights that are looked at together.
    private static final int PIECE = 4096;

    private static final System.Logger LOGGER = System.getLogger("dev.tenon.kernels");

    private static final class Property {
        static final double MOST_ERROR = read(System.getProperty("tenon.winograd", "true"));

        private static double read(String value) {
            return switch (value) {
                case "true" -> 1e-5;
                case "false" -> 0;
                default -> number(value);
            };
        }

        private static double number(String value) {
            double limit;
            try {
                limit = Double.parseDouble(value);
            } catch (NumberFormatException e) {
                limit = Double.NaN;
            }
            if (limit >= 0) {
                return limit;
            }
            throw new InputException(
                    Problem.of("the system property tenon.winograd is none of these")
                            .expected("true, false, or the largest error as a share of the outputs")
                            .got(value));
        }
    }

    private final Function<ConvShape, Optional<Transform>> choice;

    /// Takes the transform that is the cheapest for a shape.
    WinogradConv() {
        this(WinogradCost::best);
    }

    /// @param choice the transform for a shape; none for windows
    WinogradConv(Function<ConvShape, Optional<Transform>> choice) {
        this.choice = choice;
    }

    @Override
    public String name() {
        return "conv-winograd-vector";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        return query.notChannelsLast()
                .or(() -> unfit(query))
                .or(VectorRoutines::refusal)
                .or(WinogradConv::forbidden)
                .flatMap(this::refuse);
    }

    private static Optional<String> unfit(Conv.Query query) {
        var weights = query.weights();
        if (weights.rank() != 4 || weights.dim(2) != 3 || weights.dim(3) != 3) {
            return Optional.of("windows are not 3 × 3");
        }
        if (!query.hasUnitSteps()) {
            return Optional.of("windows are moved or spread by more than one");
        }
        if (query.groups() != 1) {
            return Optional.of("channels are in groups");
        }
        return query.features() == 0 || query.channelsPerGroup() == 0
                ? Optional.of("there are no channels or no features")
                : Optional.empty();
    }

    private static Optional<String> forbidden() {
        return Property.MOST_ERROR > 0
                ? Optional.empty()
                : Optional.of("-Dtenon.winograd=false excludes it");
    }

    @Override
    public Conv bind(Conv.Query query, Storage storage) {
        return isSafe(query.weights())
                ? new Bound(query, choice, storage)
                : new WindowConv().bind(query, storage);
    }

    private static boolean isSafe(Tensor weights) {
        try (var scratch = Scratch.open()) {
            var piece = scratch.floats(PIECE);
            for (long from = 0; from < weights.size(); from += PIECE) {
                int count = (int) Math.min(PIECE, weights.size() - from);
                Memory.load(weights.segment(), from, piece, 0, count);
                boolean safe = true;
                for (int i = 0; i < count; i++) {
                    safe &= Math.abs(piece[i]) <= MAX_WEIGHT;
                }
                if (!safe) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Weights are transformed, or packed for windows, when the first shape needs them so.
    private static final class Bound implements Conv {
        private final Query query;
        private final Storage storage;
        private final Function<ConvShape, Optional<Transform>> choice;
        private final Map<Transform, TransformedWeights> transformed =
                new EnumMap<>(Transform.class);
        private final Map<Transform, Double> errors = new EnumMap<>(Transform.class);
        private @Nullable Conv windows;

        Bound(Query query, Function<ConvShape, Optional<Transform>> choice, Storage storage) {
            this.query = query;
            this.choice = choice;
            this.storage = storage;
        }

        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            var transform = choice.apply(shape).flatMap(this::precise);
            if (transform.isEmpty()) {
                return windows().prepare(x, y, shape, epilogue, room);
            }
            var operands = new NativeOperands(room);
            var zeros = operands.read(room.lasting(zeros(transform.get(), shape)));
            zeros.fill((byte) 0);
            var call =
                    new WinogradCall(
                            weights(transform.get()),
                            shape,
                            operands.read(x),
                            operands.written(y),
                            zeros,
                            epilogue);
            return operands.around(call.work(room));
        }

        /// A transform, or a simpler one, whose results are near enough; none for windows.
        private Optional<Transform> precise(Transform transform) {
            if (error(transform) <= Property.MOST_ERROR) {
                return Optional.of(transform);
            }
            return transform == Transform.F4 ? precise(Transform.F2) : Optional.empty();
        }

        private synchronized double error(Transform transform) {
            return errors.computeIfAbsent(
                    transform,
                    t -> {
                        double error = ExpectedError.of(t, query.weights());
                        if (error > Property.MOST_ERROR) {
                            LOGGER.log(
                                    Level.DEBUG,
                                    "a convolution with weights {0} is not computed by minimal"
                                        + " filtering {1}: its error would be {2} of the outputs",
                                    query.weights().type(),
                                    t,
                                    error);
                        }
                        return error;
                    });
        }

        /// How many numbers a row of tiles reads.
        private static long zeros(Transform transform, ConvShape shape) {
            int width = transform.across(shape.output()) * transform.outputs() + 2;
            return (long) width * shape.channels();
        }

        private synchronized Conv windows() {
            if (windows == null) {
                windows = new WindowConv().bind(query, storage);
            }
            return windows;
        }

        private synchronized TransformedWeights weights(Transform transform) {
            return transformed.computeIfAbsent(
                    transform, t -> new TransformedWeights(t, query.weights(), storage));
        }
    }
}
