// SPDX-License-Identifier: Apache-2.0
package dev.mailer.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Each rule against a violation that was planted for it: a rule that cannot fail holds nothing. */
class RulesFailTest {
    private static final JavaClasses PLANTED = new ClassFileImporter()
            .importPackages("dev.mailer.smtp.planted", "dev.mailer.core.planted", "dev.mailer.server.planted");

    @Test
    void edges() {
        fails(ArchitectureRules.moduleEdges(), "SmtpSeesCore", "CoreSeesServer");
        assertThat(report(ArchitectureRules.moduleEdges())).doesNotContain("First.other");
    }

    @Test
    void internals() {
        fails(ArchitectureRules.internalsStayInside(), "SmtpSeesCore");
    }

    @Test
    void cycles() {
        fails(ArchitectureRules.noPackageCycles("dev.mailer.server"), "planted.a", "planted.b");
    }

    @Test
    void names() {
        fails(
                ArchitectureRules.names(),
                "ThingImpl",
                "ThingUtil",
                "ThingUtils",
                "ThingHelper",
                "ThingManager",
                "ThingProcessor",
                "ThingData",
                "ThingInfo",
                "IThing",
                "AbstractThing");
    }

    @Test
    void sleeping() {
        fails(ArchitectureRules.onlySleeperSleeps(), "Impatient.sleeps");
    }

    @Test
    void clocks() {
        fails(ArchitectureRules.clocksAreInjected(), "System.currentTimeMillis", "Instant.now");
    }

    @Test
    void disabled_tests() {
        fails(ArchitectureRules.noTestIsDisabled(), "Parked");
    }

    private static void fails(ArchRule rule, String... culprits) {
        assertThatThrownBy(() -> rule.check(PLANTED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(culprits);
    }

    private static String report(ArchRule rule) {
        return rule.evaluate(PLANTED).getFailureReport().toString();
    }
}
