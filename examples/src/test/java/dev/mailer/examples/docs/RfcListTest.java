// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/rfc.md} to the sources: each cited RFC is listed, each listed class is there and cites it. */
class RfcListTest {
    private static final Pattern CITATION = Pattern.compile("RFC ?(\\d{3,5})");
    private static final Pattern ROW =
            Pattern.compile("^\\| (\\d{3,5}) \\| .* \\| (yes|partial|no) \\| (.*) \\|$", Pattern.MULTILINE);
    private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w+)`");

    @Test
    void every_cited_rfc_is_listed() {
        Set<String> missing = new TreeSet<>();
        citations().values().forEach(missing::addAll);
        missing.removeAll(rows().keySet());

        assertThat(missing)
                .as("RFCs cited in main sources and not listed in docs/rfc.md")
                .isEmpty();
    }

    @Test
    void every_class_of_the_list_cites_its_rfc() {
        Map<String, Set<String>> citations = citations();
        List<String> wrong = new ArrayList<>();
        rows().forEach((rfc, classes) -> {
            for (String name : classes) {
                if (!citations.getOrDefault(name, Set.of()).contains(rfc)) {
                    wrong.add(name + " does not cite RFC " + rfc);
                }
            }
        });

        assertThat(wrong).isEmpty();
    }

    /** The cited RFCs by simple class name. */
    private static Map<String, Set<String>> citations() {
        Map<String, Set<String>> citations = new HashMap<>();
        for (Path file : SourceTree.mainSources()) {
            String name = file.getFileName().toString().replace(".java", "");
            Matcher citation = CITATION.matcher(SourceTree.read(file));
            while (citation.find()) {
                citations.computeIfAbsent(name, n -> new HashSet<>()).add(citation.group(1));
            }
        }
        return citations;
    }

    /** The classes of each listed RFC. */
    private static Map<String, Set<String>> rows() {
        Map<String, Set<String>> rows = new HashMap<>();
        Matcher row = ROW.matcher(SourceTree.read(SourceTree.root().resolve("docs/rfc.md")));
        while (row.find()) {
            Set<String> classes = new HashSet<>();
            Matcher name = CLASS.matcher(row.group(3));
            while (name.find()) {
                classes.add(name.group(1));
            }
            rows.put(row.group(1), classes);
        }
        return rows;
    }
}
