// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** Runs a suite within a test, to see what it finds. */
final class SuiteRun {
    private SuiteRun() {}

    /** Names of the tests of this class that fail. */
    static List<String> failuresOf(Class<?> suite) {
        return run(selectClass(suite)).stream()
                .map(f -> f.getTestIdentifier().getDisplayName())
                .toList();
    }

    /** What the failures of this class say. */
    static List<String> errorsOf(Class<?> suite) {
        return run(selectClass(suite)).stream()
                .map(f -> String.valueOf(f.getException().getMessage()))
                .toList();
    }

    /** True when one test of this class fails. */
    static boolean fails(Class<?> suite, String test) {
        return !run(selectMethod(suite, test)).isEmpty();
    }

    private static List<Failure> run(DiscoverySelector selector) {
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request().selectors(selector).build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        assertThat(listener.getSummary().getTestsFoundCount())
                .as("tests of %s", selector)
                .isPositive();
        return listener.getSummary().getFailures();
    }
}
