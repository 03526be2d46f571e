// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.docs;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the documents to the code: what they show is compiled, and what they point at is there. */
class DocumentsTest {
    /** Where regions are. */
    private static final List<String> FOLDERS = List.of(
            "examples",
            "mailer-spring-boot-starter/src/test/java/dev/mailer/spring/docs",
            "mailer-spring-boot-starter-test/src/test/java/dev/mailer/spring/test/docs",
            "mailer-testkit/src/test/java/dev/mailer/testkit/docs");

    private static final Pattern BLOCK = Pattern.compile("```(?:java|kotlin)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern REGION = Pattern.compile("// tag::(\\S+)\\[]\\n(.*?)// end::\\1\\[]", Pattern.DOTALL);
    private static final Pattern DECISION = Pattern.compile("^\\*\\*(\\d+)\\.", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

    @Test
    void every_java_or_kotlin_block_is_a_tagged_region_of_the_examples() {
        List<String> regions = regions();
        List<String> strangers = new ArrayList<>();
        for (Path document : SourceTree.documents()) {
            Matcher block = BLOCK.matcher(SourceTree.read(document));
            while (block.find()) {
                String code = withoutIndentation(block.group(1));
                if (regions.stream().noneMatch(r -> r.contains(code))) {
                    strangers.add(document + ":\n" + block.group(1));
                }
            }
        }

        assertThat(strangers).as("blocks that no example compiles").isEmpty();
        assertThat(regions).hasSizeGreaterThan(10);
    }

    @Test
    void every_link_to_a_file_leads_somewhere() {
        List<String> broken = new ArrayList<>();
        for (Path document : SourceTree.documents()) {
            Matcher link = LINK.matcher(SourceTree.read(document));
            while (link.find()) {
                if (!Files.exists(document.resolveSibling(link.group(1)))) {
                    broken.add(document + ": " + link.group(1));
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void the_first_mail_is_on_the_first_screen_of_the_readme() {
        List<String> lines =
                SourceTree.read(SourceTree.root().resolve("README.md")).lines().toList();
        int begin = lines.indexOf("```java");
        int end = begin + lines.subList(begin, lines.size()).indexOf("```");

        assertThat(end).isLessThan(40);
        assertThat(end - begin - 1).isLessThanOrEqualTo(12);
    }

    @Test
    void every_decision_of_the_design_has_a_number_of_its_own() {
        List<String> numbers = DECISION.matcher(
                        SourceTree.read(SourceTree.root().resolve("docs/design.md")))
                .results()
                .map(decision -> decision.group(1))
                .toList();

        assertThat(numbers).hasSizeGreaterThan(30).doesNotHaveDuplicates();
    }

    private static List<String> regions() {
        List<String> regions = new ArrayList<>();
        for (String folder : FOLDERS) {
            for (Path file : SourceTree.sources(SourceTree.root().resolve(folder))) {
                Matcher region = REGION.matcher(SourceTree.read(file));
                while (region.find()) {
                    regions.add(withoutIndentation(region.group(2)));
                }
            }
        }
        return regions;
    }

    private static String withoutIndentation(String code) {
        return code.lines().map(String::strip).filter(l -> !l.isEmpty()).collect(joining("\n"));
    }
}
