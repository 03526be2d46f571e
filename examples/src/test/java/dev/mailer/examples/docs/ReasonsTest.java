// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/smtp-reasons.md} to the sources of the SMTP client: each reason that it can give is explained, and no other. */
class ReasonsTest {
    /** Their words with hyphens are of HTTP, of reports and of files. */
    private static final Set<String> OF_OTHERS = Set.of("HttpsAnswer.java", "TlsResult.java", "ProviderFile.java");
    /** A kind of policy in reports. */
    private static final String NO_REASON = "no-policy-found";

    private static final Pattern WORD = Pattern.compile("\"([a-z0-9]+(?:-[a-z0-9]*)+)\"");
    private static final Pattern CONSTANT = Pattern.compile("static final String [A-Z_]+ = \"([a-z-]+)\"");
    private static final Pattern OF_POOL = Pattern.compile("unavailable\\(\"([a-z-]+)\"");
    private static final Pattern OF_PHASE = Pattern.compile("case [A-Z_, ]+ -> \"([a-z]+)\"");

    private static final Pattern ROW = Pattern.compile("^\\| (`[a-z0-9].*?`) \\|", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void each_reason_of_the_smtp_client_is_explained() {
        assertThat(explained()).containsExactlyInAnyOrderElementsOf(given());
    }

    private static Set<String> given() {
        Set<String> reasons = new TreeSet<>();
        for (Path file : sources()) {
            String name = file.getFileName().toString();
            String text = SourceTree.read(file);
            if (!OF_OTHERS.contains(name)) {
                found(WORD, text).forEach(reasons::add);
            }
            if (name.equals("WireException.java")) {
                found(CONSTANT, text).forEach(reasons::add);
            }
            found(OF_POOL, text).forEach(reasons::add);
        }
        reasons.remove(NO_REASON);
        String rules = SourceTree.read(
                SourceTree.root().resolve("mailer-api/src/main/java/dev/mailer/api/spi/OutcomeRules.java"));
        List<String> phases = found(OF_PHASE, rules).toList();
        assertThat(phases).isNotEmpty();
        phases.forEach(phase -> reasons.addAll(List.of(phase + "-deferred", phase + "-rejected")));
        return reasons;
    }

    private static List<Path> sources() {
        Path folder = SourceTree.root().resolve("mailer-smtp/src/main/java/dev/mailer/smtp");
        return SourceTree.javaFiles(folder).stream()
                .filter(file -> file.startsWith(folder.resolve("mx")) || folder.equals(file.getParent()))
                .toList();
    }

    /** Where a number follows, the table has an N. */
    private static Set<String> explained() {
        Set<String> reasons = new TreeSet<>();
        String document = SourceTree.read(SourceTree.root().resolve("docs/smtp-reasons.md"));
        found(ROW, document)
                .flatMap(cell -> found(CODE, cell))
                .map(reason -> reason.replaceAll("-N$", "-"))
                .forEach(reasons::add);
        return reasons;
    }

    private static Stream<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map((MatchResult match) -> match.group(1));
    }
}
