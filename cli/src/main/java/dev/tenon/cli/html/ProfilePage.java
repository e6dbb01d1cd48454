package dev.tenon.cli.html;

import dev.tenon.cli.bench.ProfileReport;
import dev.tenon.data.json.Json;

/// A profile as one HTML file that needs nothing else: the run on a line of time, and where its
/// time goes by kernel, operator and step.
public final class ProfilePage {
    private ProfilePage() {}

    public static String of(ProfileReport report) {
        var spans =
                report.profile().fastest().stream()
                        .map(
                                s ->
                                        Json.object()
                                                .put("op", s.step().op())
                                                .put("node", s.step().node())
                                                .put("kernel", s.step().kernel())
                                                .put("start", s.start() / 1e6)
                                                .put("ms", s.nanos() / 1e6)
                                                .put("depth", s.depth())
                                                .build())
                        .toList();
        return Template.filled(
                "profile.html",
                Json.object()
                        .put("profile", report.json())
                        .put("spans", Json.array(spans))
                        .build());
    }
}
