package dev.tenon.cli.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tenon.bench.Peaks;
import dev.tenon.bench.Profile;
import dev.tenon.cli.bench.ProfileReport;
import dev.tenon.data.json.JsonReader;
import dev.tenon.kernels.Refusal;
import dev.tenon.runtime.PlanStep;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfilePageTest {
    private static final String HOSTILE = "</script><script>alert(1)</script><!--";

    private static ProfileReport report() {
        var step =
                new PlanStep(
                        "g",
                        "Conv",
                        HOSTILE,
                        "conv-java",
                        List.of(new Refusal("conv-vector", "no")),
                        4e6);
        var profile =
                new Profile(
                        2,
                        1.5e6,
                        List.of(new Profile.Entry(step, 1e6, 1, 4096)),
                        List.of(new Profile.Span(step, 1000, 1_000_000, 4096, 0)));
        return new ProfileReport(HOSTILE, 1, "java", profile, new Peaks(1e11, 1e10));
    }

    @Test
    void thePageNeedsNothingElse() {
        var page = ProfilePage.of(report());
        for (var outside :
                List.of("http:", "https:", "src=", "@import", "url(", "<link rel=\"stylesheet\"")) {
            assertFalse(page.contains(outside), outside);
        }
        assertFalse(page.contains("\"placeholder\""));
    }

    @Test
    void namesCannotEndTheScript() {
        var page = ProfilePage.of(report());
        assertEquals(2, page.split("</script>", -1).length - 1);
        var start = page.indexOf("application/json\">") + "application/json\">".length();
        var data =
                JsonReader.read(page.substring(start, page.indexOf("</script>", start))).asObject();
        assertEquals(HOSTILE, data.object("profile").text("model"));
        var span = data.array("spans").getFirst().asObject();
        assertEquals(HOSTILE, span.text("node"));
        assertEquals("1", span.get("ms").toString());
    }
}
