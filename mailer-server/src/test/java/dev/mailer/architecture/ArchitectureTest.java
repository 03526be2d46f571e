// SPDX-License-Identifier: Apache-2.0
package dev.mailer.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole house against its rules. {@link RulesFailTest} shows that each of them can fail. */
class ArchitectureTest {
    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.mailer")
            .that(DescribedPredicate.describe(
                    "are not of these rules", c -> !c.getPackageName().startsWith("dev.mailer.architecture")));

    @Test
    void every_module_is_looked_at() {
        assertThat(PRODUCTION.stream().map(ArchitectureRules::module).collect(Collectors.toSet()))
                .containsAll(ArchitectureRules.EDGES.keySet());
    }

    @Test
    void modules_see_only_what_they_may() {
        ArchitectureRules.moduleEdges().check(PRODUCTION);
    }

    @Test
    void internals_stay_inside() {
        ArchitectureRules.internalsStayInside().check(PRODUCTION);
    }

    static Stream<String> modules() {
        return ArchitectureRules.EDGES.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void packages_have_no_cycles(String module) {
        ArchitectureRules.noPackageCycles("dev.mailer." + module)
                .allowEmptyShould(true)
                .check(PRODUCTION);
    }

    @Test
    void every_cycle_that_is_let_through_is_still_there() {
        for (ArchitectureRules.Edge edge : ArchitectureRules.CYCLES_THAT_ARE_THERE) {
            assertThat(PRODUCTION.stream()
                            .filter(edge::leadsFrom)
                            .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                            .anyMatch(d -> edge.leadsTo(d.getTargetClass())))
                    .as("%s", edge)
                    .isTrue();
        }
    }

    @Test
    void names_say_something() {
        ArchitectureRules.names().check(PRODUCTION);
    }

    @Test
    void nothing_sleeps_but_the_sleeper() {
        ArchitectureRules.onlySleeperSleeps().check(PRODUCTION);
    }

    @Test
    void time_comes_from_a_clock_that_is_handed_in() {
        ArchitectureRules.clocksAreInjected().check(PRODUCTION);
    }

    /** Of all modules that are built beside this one. */
    @Test
    void no_test_is_disabled_and_none_sleeps() throws IOException {
        List<Path> folders;
        try (Stream<Path> modules =
                Files.walk(Path.of(System.getProperty("user.dir")).getParent(), 3)) {
            folders = modules.filter(p -> p.endsWith("target/test-classes")).toList();
        }
        JavaClasses tests = new ClassFileImporter()
                .importPaths(folders)
                .that(DescribedPredicate.describe(
                        "are no planted violations",
                        (JavaClass c) -> !c.getPackageName().contains(".planted")));

        ArchitectureRules.noTestIsDisabled().check(tests);
        ArchitectureRules.onlySleeperSleeps().check(tests);
        assertThat(folders).isNotEmpty();
    }
}
