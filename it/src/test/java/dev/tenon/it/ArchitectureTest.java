package dev.tenon.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// What the module system cannot check about the code of every module but `testkit`.
class ArchitectureTest {
    /// The rules would pass on nothing; fewer classes than this mean that they were not found.
    private static final int FLOOR = 20;

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("testkit"))
                    .importPackages("dev.tenon");

    @Test
    void classesWereFound() {
        assertTrue(CLASSES.size() >= FLOOR, () -> "only " + CLASSES.size() + " classes");
    }

    @Test
    void modulesHaveNoCycles() {
        slices().matching("dev.tenon.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheCommandPrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tenon.cli..")
                .should(ACCESS_STANDARD_STREAMS)
                .because("a library reports through results, errors and events")
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandKnowsItsParser() {
        onlyIn("dev.tenon.cli..", "picocli..");
    }

    @Test
    void jdkInternalsAreLeftAlone() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("sun..", "jdk.internal..", "com.sun..")
                                .and(not(resideInAPackage("com.sun.management.."))))
                .check(CLASSES);
    }

    @Test
    void dependenciesPointDownwards() {
        neverUses("base", "graph", "passes", "formats", "asm", "kernels", "runtime", "data", "cli");
        neverUses("graph", "passes", "formats", "asm", "kernels", "runtime", "data", "cli");
        neverUses("passes", "formats", "asm", "kernels", "runtime", "data", "cli");
        neverUses("formats", "passes", "asm", "kernels", "runtime", "data", "cli");
        neverUses("asm", "graph", "passes", "formats", "kernels", "runtime", "data", "cli");
        neverUses("kernels", "graph", "passes", "formats", "runtime", "data", "cli");
        neverUses("data", "graph", "passes", "formats", "asm", "kernels", "runtime", "cli");
        neverUses("runtime", "data", "bench", "cli");
        neverUses("bench", "peers", "cli");
        neverUses("cli", "peers");
    }

    private static void onlyIn(String home, String used) {
        noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(used)
                .check(CLASSES);
    }

    private static void neverUses(String module, String... others) {
        String[] packages =
                Arrays.stream(others)
                        .map(other -> "dev.tenon." + other + "..")
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.tenon." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
