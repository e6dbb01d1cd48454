package dev.tenon.cli.conformance;

import dev.tenon.data.json.Json;
import java.util.List;

/// What became of the cases of a suite.
///
/// @param cases how many there were
/// @param passed how many gave what was expected
public record ConformanceReport(int cases, int passed, List<Reason> failed, List<Reason> skipped) {
    /// A case that did not pass, and why.
    public record Reason(String name, String reason) {
        Json toJson() {
            return Json.object().put("name", name).put("reason", reason).build();
        }
    }

    public ConformanceReport {
        failed = List.copyOf(failed);
        skipped = List.copyOf(skipped);
    }

    public Json toJson() {
        return Json.object()
                .put("cases", cases)
                .put("passed", passed)
                .put("failed", Json.array(failed.stream().map(Reason::toJson).toList()))
                .put("skipped", Json.array(skipped.stream().map(Reason::toJson).toList()))
                .build();
    }
}
