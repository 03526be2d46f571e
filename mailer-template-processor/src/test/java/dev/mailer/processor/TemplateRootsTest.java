// SPDX-License-Identifier: Apache-2.0
package dev.mailer.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateRootsTest {
    private static final String RECORD = "@MailTemplate(\"receipt\") record Receipt(String name) {}";

    @TempDir
    private Path project;

    @ParameterizedTest
    @CsvSource({
        // Maven, its tests, and what it has copied
        "target/classes, src/main/resources/mail",
        "target/test-classes, src/main/resources/mail",
        "target/test-classes, src/test/resources/mail",
        "target/classes, target/classes/templates",
        // Gradle
        "build/classes/java/main, src/main/resources/templates",
        "build/classes/java/integrationTest, src/integrationTest/resources/mail",
        // Eclipse and IntelliJ with a layout of their own
        "bin/main, src/main/resources/mail",
        "out/production/shop, src/main/resources/mail",
    })
    void templates_are_found_from_where_classes_go(String classes, String templates) {
        assertThat(in(classes, templates).members(RECORD))
                .containsExactly("ERROR 1: receipt/text.vm[line 1]: $nmae: the record Receipt has no component 'nmae';"
                        + " did you mean 'name'? (templates in PROJECT/" + templates + ")");
    }

    @ParameterizedTest
    @CsvSource({"classpath:letters", "classpath:/letters", "letters", "src/main/resources/letters", "'nowhere, letters'"
    })
    void an_option_says_where(String option) {
        assertThat(in("target/classes", "src/main/resources/letters")
                        .option("-Amailer.templates=" + option)
                        .members(RECORD))
                .singleElement()
                .asString()
                .endsWith("(templates in PROJECT/src/main/resources/letters)");
    }

    @Test
    void an_option_may_be_absolute() {
        assertThat(in("target/classes", "elsewhere")
                        .option("-Amailer.templates=" + project.resolve("elsewhere"))
                        .members(RECORD))
                .singleElement()
                .asString()
                .endsWith("(templates in PROJECT/elsewhere)");
    }

    @Test
    void templates_may_stand_between_the_sources() {
        assertThat(in("target/classes", "src/main/java/mail")
                        .option("-sourcepath")
                        .option(project.resolve("src/main/java").toString())
                        .members(RECORD))
                .singleElement()
                .asString()
                .endsWith("(templates in PROJECT/src/main/java/mail)");
    }

    @Test
    void where_there_is_no_folder_the_error_says_where_it_was_looked_for() {
        List<String> told =
                new Compilation(project).option("-Amailer.templates=letters").members(RECORD);

        assertThat(told)
                .singleElement()
                .asString()
                .startsWith("ERROR 1: there is no template 'receipt', and no folder of templates at PROJECT/")
                .contains("/src/main/resources/letters, ")
                .endsWith("; name it with -Amailer.templates=FOLDER");
    }

    private Compilation in(String classes, String templates) {
        return new Compilation(project, classes)
                .in("src/main/java")
                .file("x", "")
                .in(templates)
                .file("receipt/text.vm", "$nmae");
    }
}
