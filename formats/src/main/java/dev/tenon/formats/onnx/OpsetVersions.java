package dev.tenon.formats.onnx;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.UnsupportedException;
import dev.tenon.formats.onnx.proto.OperatorSetIdProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The operator sets that a model or a function is written in.
record OpsetVersions(Map<String, Integer> versions) {
    /// The newest `ai.onnx` operator set that Tenon knows.
    static final int NEWEST = 27;

    /// Models are written in this operator set, or in the first newer one that has what they use.
    static final int OLDEST_WRITTEN = 18;

    /// The newest `ai.onnx.ml` operator set that Tenon knows.
    static final int NEWEST_ML = 5;

    OpsetVersions {
        versions = Map.copyOf(versions);
    }

    static OpsetVersions of(List<OperatorSetIdProto> imports) {
        var versions = new HashMap<String, Integer>();
        for (var set : imports) {
            var domain = canonical(set.domain());
            long newest =
                    domain.isEmpty()
                            ? NEWEST
                            : domain.equals("ai.onnx.ml") ? NEWEST_ML : Integer.MAX_VALUE;
            if (set.version() < 1 || set.version() > newest) {
                throw new UnsupportedException(
                        Problem.of(
                                        "unknown version of operator set "
                                                + (domain.isEmpty() ? "ai.onnx" : domain))
                                .expected("1 to " + newest)
                                .got(set.version())
                                .advice("Export the model with an older opset"));
            }
            versions.put(domain, (int) set.version());
        }
        return new OpsetVersions(versions);
    }

    /// The IR version that came with an `ai.onnx` operator set (ONNX, "Released Versions").
    static int irVersion(int opset) {
        return opset <= 18
                ? 8
                : opset <= 20 ? 9 : opset <= 22 ? 10 : opset == 23 ? 11 : opset == 24 ? 12 : 13;
    }

    /// The empty name for `ai.onnx`, the name itself for other domains.
    static String canonical(String domain) {
        return domain.equals("ai.onnx") ? "" : domain;
    }

    /// @throws FormatException when the domain is not imported
    int version(String domain, String op, String node) {
        var version = versions.get(domain);
        if (version == null) {
            throw new FormatException(
                    Problem.of("the model does not import the operator set of this node")
                            .op(op)
                            .node(node)
                            .expected("one of " + versions.keySet())
                            .got("'" + domain + "'"));
        }
        return version;
    }
}
