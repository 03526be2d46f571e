// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.core.Templates.Preview;
import dev.mailer.core.Templates.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplatesTest {
    @TempDir
    private Path root;

    private Templates templates;

    @BeforeEach
    void templates() throws IOException {
        templates = Templates.in(root);
        write("messages.properties", "hello=Hello {0}\nbye=Bye");
        write("messages_de.properties", "hello=Hallo {0}\nbye=Tschüs");
        write("receipt/subject.vm", "$msg.get('hello', $name)");
        write("receipt/html.vm", "<p>$order.total#if($late)$msg.get('bye')#end</p>");
        write("receipt/html.fr.vm", "<p>FR $order.total</p>");
        write("receipt/sample.json", "{\"name\": \"Jo\", \"order\": {\"total\": 22.5}, \"late\": null}");
        write("receipt/sample.de.json", "{\"name\": \"Anna\", \"order\": {\"total\": 1}, \"late\": true}");
    }

    @Test
    void lists_templates_and_their_languages() throws IOException {
        write("account/welcome/text.vm", "x");
        write("account/welcome/text.not_a_tag.vm", "x");

        assertThat(templates.names()).containsExactly("account/welcome", "receipt");
        assertThat(templates.locales("receipt")).containsExactly(Locale.GERMAN, Locale.FRENCH);
        assertThat(templates.locales("account/welcome")).containsExactly(Locale.GERMAN);
    }

    @Test
    void lists_what_can_be_mailed_and_nothing_else(@TempDir Path outside) throws IOException {
        write("receipt (old)/text.vm", "x");
        write(".git/text.vm", "x");
        write("..2026_x/text.vm", "x");
        write("data/welcome/text.vm", "x");
        Files.writeString(outside.resolve("text.vm"), "x");
        Files.createSymbolicLink(root.resolve("outside"), outside);
        Files.createSymbolicLink(root.resolve("account"), root.resolve("data"));
        Files.createSymbolicLink(root.resolve("data/again"), root);

        assertThat(templates.names()).containsExactly("account/welcome", "data/welcome", "receipt");
        assertThat(templates.check("account/welcome"))
                .extracting(TemplatesTest::line)
                .contains("ERROR account/welcome: there is no account/welcome/sample.json to render with");
    }

    @Test
    void a_folder_that_cannot_be_read_names_itself() throws IOException {
        write("closed/text.vm", "x");
        Files.setPosixFilePermissions(root.resolve("closed"), Set.of());
        assumeThat(Files.isReadable(root.resolve("closed"))).isFalse();

        assertThatThrownBy(() -> templates.names())
                .isInstanceOf(InvalidEmailException.class)
                .hasMessage("template: the folder 'closed' cannot be read");
    }

    @Test
    void previews_with_the_sample_of_the_language_or_with_given_variables() {
        assertThat(templates.preview("receipt", null))
                .isEqualTo(new Preview("receipt", null, "Hello Jo", "22.5\n", "<p>22.5</p>"));
        assertThat(templates.preview("receipt", Locale.GERMAN).subject()).isEqualTo("Hallo Anna");
        assertThat(templates
                        .preview("receipt", null, Map.of("name", "Sam", "order", Map.of("total", 3)))
                        .subject())
                .isEqualTo("Hello Sam");
        assertThatThrownBy(() -> templates.preview("gone", null))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessage("template: 'gone' has no sample; put the variables in gone/sample.json");
    }

    @Test
    void a_folder_in_which_nothing_is_wrong_has_no_problems() {
        assertThat(templates.check()).isEmpty();
    }

    @Test
    void tells_what_is_wrong() throws IOException {
        write("messages_de.properties", "hello=Hallo {0}");
        write("receipt/sample.de.json", "{\"name\": \"Anna\", \"order\": {}, \"left\": true}");
        write("receipt/html.fr.vm", "<p>\n#if($never)$msg.get(\"gone\")#end</p>");
        write("nosample/text.vm", "x");
        write("broken/text.vm", "x");
        write("broken/sample.json", "{\n\"a\": }");
        write("empty/text.vm", "#if(");

        assertThat(templates.check())
                .extracting(TemplatesTest::line)
                .anyMatch(l -> l.startsWith("ERROR broken: broken/sample.json[line 2] is no JSON: "))
                .anyMatch(l -> l.startsWith("ERROR empty: empty/text.vm does not parse: "))
                .contains("ERROR nosample: there is no nosample/sample.json to render with")
                .contains("ERROR receipt fr: receipt/html.fr.vm[line 2]: there is no message 'gone'")
                .contains("WARNING receipt de: receipt/html.vm[line 1]: the message 'bye' has no translation;"
                        + " that without a language is used")
                .contains("WARNING receipt: receipt/sample.de.json: no file uses 'left'")
                .anyMatch(l -> l.startsWith("ERROR receipt de: ") && l.contains("total") && l.contains("line 1"));
        assertThat(templates.check("nosample")).hasSize(2);
    }

    @Test
    void tells_what_is_left_undone() throws IOException {
        write("receipt/html.vm", "<style>" + "a,".repeat(6_000) + "a{color:red}</style><p>$name $order $late</p>");
        write("receipt/sample.json", "{\"name\": \"Jo\", \"order\": 1, \"late\": 2}");
        Files.delete(root.resolve("receipt/sample.de.json"));

        assertThat(templates.check())
                .extracting(TemplatesTest::line)
                .contains("WARNING receipt: there are more than 5000 selectors; no styles are inlined");
    }

    @Test
    void a_folder_that_is_not_there_is_an_error() {
        assertThatThrownBy(() -> Templates.in(root.resolve("none")).names())
                .hasMessage("template: the folder of templates cannot be read; it must exist and be readable");
    }

    private static String line(Problem p) {
        Locale locale = p.locale();
        return p.severity() + " " + p.template() + (locale == null ? "" : " " + locale.toLanguageTag()) + ": "
                + p.message();
    }

    private void write(String file, String content) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), content);
    }
}
