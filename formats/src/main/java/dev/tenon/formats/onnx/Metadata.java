package dev.tenon.formats.onnx;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.formats.onnx.proto.ModelProto;
import dev.tenon.formats.onnx.proto.StringStringEntryProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a model's file says about the model, as a graph's metadata.
///
/// The entries of `metadata_props` keep their keys behind `prop.`.
final class Metadata {
    static final String PRODUCER = "producer";
    static final String PRODUCER_VERSION = "producer_version";
    static final String DOMAIN = "domain";
    static final String VERSION = "model_version";
    static final String DOC = "doc";
    private static final String PROPERTY = "prop.";

    private Metadata() {}

    static Map<String, String> of(ModelProto model) {
        var metadata = new LinkedHashMap<String, String>();
        put(metadata, PRODUCER, model.producerName());
        put(metadata, PRODUCER_VERSION, model.producerVersion());
        put(metadata, DOMAIN, model.domain());
        put(
                metadata,
                VERSION,
                model.modelVersion() == 0 ? "" : Long.toString(model.modelVersion()));
        put(metadata, DOC, model.docString());
        for (var entry : model.metadataProps()) {
            if (metadata.put(PROPERTY + entry.key(), entry.value()) != null) {
                throw new FormatException(
                        Problem.of("a metadata entry stands twice").got(entry.key()));
            }
        }
        return metadata;
    }

    private static void put(Map<String, String> metadata, String key, String text) {
        if (!text.isEmpty()) {
            metadata.put(key, text);
        }
    }

    /// The model's version; 0 when it is not stated as a number.
    static long version(Map<String, String> metadata) {
        var text = metadata.getOrDefault(VERSION, "0");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    static List<StringStringEntryProto> properties(Map<String, String> metadata) {
        var entries = new ArrayList<StringStringEntryProto>();
        new TreeMap<>(metadata)
                .forEach(
                        (key, text) -> {
                            if (key.startsWith(PROPERTY)) {
                                entries.add(
                                        new StringStringEntryProto(
                                                key.substring(PROPERTY.length()), text));
                            }
                        });
        return entries;
    }
}
