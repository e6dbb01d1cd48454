package dev.tenon.cli.model;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.FormatException;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.data.image.ImageOptions;
import dev.tenon.data.image.ImageTensors;
import dev.tenon.data.json.JsonReader;
import dev.tenon.data.npy.Npy;
import dev.tenon.data.npy.Npz;
import dev.tenon.formats.onnx.Onnx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads inputs of models from files after the names' ends.
public final class InputFiles {
    private static final Set<String> IMAGES =
            Set.of("png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff");

    /// What is no file's name but a value.
    private static final Pattern JSON =
            Pattern.compile(
                    "\\[.*|\".*|true|false|-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?", Pattern.DOTALL);

    private final ImageOptions imageOptions;

    /// @param imageOptions how images become tensors; size, layout and channels come from the
    ///   input's shape
    public InputFiles(ImageOptions imageOptions) {
        this.imageOptions = imageOptions;
    }

    /// A value for an input.
    ///
    /// @param source a file, or a value as JSON
    /// @param type of the input
    public Datum read(String source, Type type) {
        var file = Path.of(source);
        if (!Files.exists(file) && JSON.matcher(source).matches()) {
            return JsonValues.read(JsonReader.read(source), dtype(type));
        }
        if (!Files.exists(file)) {
            throw new ResourceException(Problem.of("there is no such file").node(source));
        }
        var end = source.substring(source.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (end) {
            case "npy" -> Npy.read(file);
            case "npz" -> only(file);
            case "pb" -> Onnx.readDatum(file, type);
            case "json" -> JsonValues.read(JsonReader.read(file), dtype(type));
            default -> {
                if (IMAGES.contains(end)) {
                    yield image(file, type);
                }
                throw new FormatException(
                        Problem.of("the kind of an input follows from its file's name")
                                .node(source)
                                .expected(".npy, .npz, .pb, .json or an image"));
            }
        };
    }

    private static Tensor only(Path file) {
        var arrays = Npz.read(file);
        if (arrays.size() != 1) {
            throw new InputException(
                    Problem.of("the archive does not hold one array")
                            .node(file.toString())
                            .got(arrays.keySet())
                            .advice("Give all of them with --in " + file));
        }
        return arrays.firstEntry().getValue();
    }

    private static DType dtype(Type type) {
        if (type instanceof Type.OfTensor(var dtype, _)) {
            return dtype;
        }
        throw new InputException(Problem.of("JSON only describes tensors").expected(type));
    }

    private Tensor image(Path file, Type type) {
        if (!(type instanceof Type.OfTensor(var dtype, var shape))
                || !shape.isRanked()
                || shape.rank() != 4) {
            throw new InputException(
                    Problem.of("an image needs an input of four axes")
                            .expected("[N,C,H,W] or [N,H,W,C]")
                            .got(type));
        }
        boolean nhwc =
                !shape.dim(1).is(3)
                        && (shape.dim(3).is(3) || shape.dim(3).is(1) && !shape.dim(1).is(1));
        boolean gray = shape.dim(nhwc ? 3 : 1).is(1);
        var options = gray ? imageOptions.withChannels(ImageOptions.Channels.GRAY) : imageOptions;
        var sized =
                options.withSize(extent(shape, nhwc ? 1 : 2), extent(shape, nhwc ? 2 : 3))
                        .withLayout(nhwc ? ImageOptions.Layout.NHWC : ImageOptions.Layout.NCHW);
        return ImageTensors.read(file, dtype.isFloat() ? sized : sized.withScale(1)).to(dtype);
    }

    private static int extent(Shape shape, int axis) {
        return (int) shape.dim(axis).known().orElse(0);
    }
}
