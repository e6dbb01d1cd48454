package dev.tenon.cli.model;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.ResourceException;
import dev.tenon.base.Tensor;
import dev.tenon.data.json.JsonWriter;
import dev.tenon.data.npy.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// Stores outputs of models as files: tensors as `NAME.npy`, the elements of sequences as
/// `NAME.0.npy` and so on, maps as `NAME.json`. What may not stand in a file's name becomes `_`.
public final class OutputFiles {
    private OutputFiles() {}

    /// @return the files that were written
    /// @throws ResourceException when one cannot be written
    public static List<Path> write(SequencedMap<String, Datum> outputs, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw ResourceException.of("cannot make the folder", folder, e);
        }
        var files = new ArrayList<Path>();
        outputs.forEach(
                (name, value) ->
                        write(name.replaceAll("[^\\p{Alnum}._-]", "_"), value, folder, files));
        return files;
    }

    private static void write(String name, Datum datum, Path folder, List<Path> files) {
        switch (datum) {
            case Tensor tensor -> {
                var file = folder.resolve(name + ".npy");
                Npy.write(file, forNumpy(tensor));
                files.add(file);
            }
            case Datum.OfSequence(_, var values) -> {
                for (int i = 0; i < values.size(); i++) {
                    write(name + "." + i, values.get(i), folder, files);
                }
            }
            case Datum.OfOptional(_, var value) -> {
                if (value != null) {
                    write(name, value, folder, files);
                }
            }
            case Datum.OfMap map -> {
                var file = folder.resolve(name + ".json");
                Models.writeText(file, JsonWriter.pretty(Summary.json(name, map, true)));
                files.add(file);
            }
        }
    }

    /// Types that NumPy lacks become the next wider ones.
    private static Tensor forNumpy(Tensor tensor) {
        var dtype = tensor.dtype();
        return switch (dtype.kind()) {
            case FLOAT ->
                    dtype.bits() < 16 || dtype == DType.BFLOAT16
                            ? tensor.to(DType.FLOAT32)
                            : tensor;
            case SIGNED -> dtype.bits() < 8 ? tensor.to(DType.INT8) : tensor;
            case UNSIGNED -> dtype.bits() < 8 ? tensor.to(DType.UINT8) : tensor;
            default -> tensor;
        };
    }
}
