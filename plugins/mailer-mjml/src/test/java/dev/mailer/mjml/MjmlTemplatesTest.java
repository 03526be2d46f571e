// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mjml;

import static dev.mailer.testkit.MailAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.core.Templates;
import dev.mailer.core.template.VariableReport.Problem;
import dev.mailer.core.template.VariableType;
import dev.mailer.core.template.VariableType.Plain;
import dev.mailer.core.template.VariableType.Structure;
import dev.mailer.testkit.TestMailer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MjmlTemplatesTest {
    private static final String PAGE = """
            <mjml>
              <mj-head>
                <mj-title>$title</mj-title>
                <mj-preview>$title</mj-preview>
                <mj-style>.promo { color: #123456 }</mj-style>
              </mj-head>
              <mj-body width="640px">
                <mj-section>
                  <mj-column width="30%"><mj-image src="https://example.com/logo.png" alt="$title" /></mj-column>
                  <mj-column width="70%">
                    <mj-text css-class="promo"><p>Hello $name,</p></mj-text>
                    <mj-button href="https://example.com/?q=$name">Look</mj-button>
                  </mj-column>
                </mj-section>
                #foreach($item in $items)
                <mj-section><mj-column><mj-text>$item</mj-text></mj-column></mj-section>
                #end
              </mj-body>
            </mjml>
            """;
    private static final Map<String, Object> VARIABLES =
            Map.of("title", "News", "name", "Jo", "items", List.of("Coffee", "Tea"));

    @TempDir
    private Path root;

    @BeforeEach
    void folder() throws IOException {
        Files.createDirectories(root.resolve("news"));
    }

    @Test
    void columns_and_buttons_become_a_page_with_a_text_part() throws IOException {
        write("news/html.mjml", PAGE);

        Templates.Preview preview = preview(VARIABLES, null);

        assertThat(preview.html())
                .startsWith("<!doctype html>")
                .contains("lang=\"und\"", "<title>News</title>", "max-width:640px", "Hello Jo,", "mj-column-per-70")
                .contains("href=\"https://example.com/?q=Jo\"", "alt=\"News\"", "Coffee", "Tea")
                .doesNotContain("<mj", "</mj");
        assertThat(preview.text()).contains("Hello Jo,", "Look (https://example.com/?q=Jo)", "Coffee", "Tea");
    }

    /** Its files are stored with the mail, and it is made of those. */
    @Test
    void a_mail_arrives_as_a_page() throws IOException {
        write("news/html.mjml", page("Hello $name"));
        write("news/subject.vm", "News");
        try (TestMailer mailer = TestMailer.with(b -> b.templates(root))) {
            mailer.mailer()
                    .send(mail -> mail.from("news@example.com")
                            .to("jo@example.org")
                            .template("news", Map.of("name", "<Jo>")));

            assertThat(mailer).sentTo("jo@example.org").hasHtmlContaining("Hello &lt;Jo&gt;");
            assertThatExceptionOfType(InvalidEmailException.class)
                    .isThrownBy(() -> mailer.mailer()
                            .send(mail -> mail.from("news@example.com")
                                    .to("jo@example.org")
                                    .template("news", Map.of())));
        }
    }

    @Test
    void styles_are_inlined_as_ever() throws IOException {
        write("news/html.mjml", PAGE);

        assertThat(preview(VARIABLES, null).html())
                .containsPattern("<td[^>]*class=\"promo\"[^>]*color: ?#123456")
                .contains("@media only screen");
    }

    @Test
    void the_same_mail_is_the_same_page() throws IOException {
        write("news/html.mjml", PAGE);

        assertThat(preview(VARIABLES, null)).isEqualTo(preview(VARIABLES, null));
    }

    @Test
    void hostile_values_stay_escaped() throws IOException {
        write("news/html.mjml", PAGE);
        String hostile = "\"><script>x</script><mj-raw><b onload='x'></mj-raw></mj-text><!--[if mso]>&lt;i&gt;";

        String html = String.valueOf(preview(Map.of("title", hostile, "name", hostile, "items", List.of(hostile)), null)
                .html());

        assertThat(html).doesNotContain("<script", "<b ", "<mj-raw", "]><script", "<i>");
        assertThat(html.split("&lt;script&gt;", -1)).hasSizeGreaterThan(5);
        assertThat(html).contains("alt=\"&quot;&gt;&lt;script&gt;").contains("?q=&quot;&gt;&lt;script&gt;");
        assertThat(html).contains("&amp;lt;i&amp;gt;");
    }

    @Test
    void the_sandbox_is_that_of_all_templates() throws IOException {
        write("news/html.mjml", page("$name.class.name"));

        assertRefused("news/html.mjml does not render: Object 'java.lang.String' does not contain property 'class'"
                + " at news/html.mjml[line 3, column 15]");
    }

    @Test
    void a_layout_is_mjml_too_and_one_in_html_is_not_taken() throws IOException {
        write("news/html.mjml", "<mj-section><mj-column><mj-text>Hello $name</mj-text></mj-column></mj-section>");
        write("layout.html.mjml", "<mjml lang=\"$!{lang|'en'}\"><mj-body>$content</mj-body></mjml>");
        write("layout.html.vm", "wrong $content");

        assertThat(preview(VARIABLES, null).html())
                .contains("Hello Jo", "lang=\"en\"")
                .doesNotContain("wrong");
    }

    @Test
    void languages_have_files_of_their_own_and_the_page_says_which() throws IOException {
        write("news/html.mjml", page("Hello $name"));
        write("news/html.de.mjml", page("Hallo $name"));
        write("news/html.fr.vm", "<p>Bonjour $name</p>");

        assertThat(preview(VARIABLES, Locale.GERMAN).html()).contains("Hallo Jo", "lang=\"de\"");
        assertThat(preview(VARIABLES, Locale.FRENCH).html()).isEqualTo("<p>Bonjour Jo</p>");
        assertThat(Templates.in(root).names()).containsExactly("news");
        assertThat(Templates.in(root).locales("news")).containsExactly(Locale.GERMAN, Locale.FRENCH);
    }

    @Test
    void html_and_mjml_for_one_language_are_refused() throws IOException {
        write("news/html.mjml", page("x"));
        write("news/html.vm", "x");

        assertRefused("'news' has both html.vm and html.mjml; keep one");
    }

    @Test
    void broken_mjml_names_file_and_line_of_the_template() throws IOException {
        write("news/html.mjml", PAGE.replace("<mj-button", "<mj-buton").replace("</mj-button", "</mj-buton"));

        assertRefused("news/html.mjml[line 12]: there is no element mj-buton; known are mj-section, mj-column, mj-text,"
                + " mj-button, mj-image and the others of MJML 4");
    }

    @Test
    void a_line_that_velocity_has_moved_is_found_in_the_layout() throws IOException {
        write("news/html.mjml", "#foreach($i in $items)\n<mj-section></mj-section>\n#end");
        write("layout.html.mjml", "<mjml>\n<mj-body>\n$content\n<mj-include path=\"../secret\" />\n</mj-body></mjml>");

        assertRefused("layout.html.mjml[line 4]: mj-include reads no file; put what templates share into"
                + " layout.html.mjml");
    }

    @Test
    void where_the_line_is_not_known_that_of_the_output_is_named() throws IOException {
        write("news/html.mjml", "<mjml><mj-body>\n\n#foreach($i in $items)<mj-text>$i#end</mj-body></mjml>");

        assertRefused("news/html.mjml (line 3 of what it prints): mj-text stands in the mj-text of line 3, which holds"
                + " HTML");
    }

    @Test
    void the_check_of_variables_reads_mjml() throws IOException {
        write("news/html.mjml", page("$nmae"));
        Structure mail = new Structure("News", () -> Map.<String, VariableType>of("name", Plain.TEXT));

        assertThat(Templates.in(root).check("news", mail).errors())
                .extracting(Problem::message)
                .containsExactly("news/html.mjml[line 3]: $nmae: the record News has no component 'nmae';"
                        + " did you mean 'name'?");
    }

    private static String page(String text) {
        return "<mjml><mj-body><mj-section><mj-column>\n<mj-text>\n <p> -- " + text
                + "</p></mj-text></mj-column></mj-section></mj-body></mjml>";
    }

    private Templates.Preview preview(Map<String, Object> variables, @Nullable Locale locale) {
        return Templates.in(root).preview("news", locale, variables);
    }

    private void assertRefused(String message) {
        assertThatExceptionOfType(InvalidEmailException.class)
                .isThrownBy(() -> preview(VARIABLES, null))
                .withMessage("template: " + message);
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(root.resolve(name), content);
    }
}
