package dev.tenon.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class OriginsTest {
    @Test
    void everyRuleIsForSomethingOnce() {
        assertEquals(
                Pipelines.aggressive().rules().stream().map(Rule::name).sorted().toList(),
                Origins.rules().values().stream().flatMap(List::stream).sorted().toList());
    }
}
