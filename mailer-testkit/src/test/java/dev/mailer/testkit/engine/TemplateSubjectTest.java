// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.TemplateEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail has a subject, from its template or its own. */
class TemplateSubjectTest {
    private static final String MISSING =
            "subject: is missing, and the template 'order' has none; give an empty one if that is meant";

    private final Rig rig = new Rig().with(m -> m.transport(new StubTransport()));

    @TempDir
    Path templates;

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_template_without_one_leaves_it_to_the_mail() throws IOException {
        Files.createDirectories(templates.resolve("order"));
        Files.writeString(templates.resolve("order/text.vm"), "It is on its way.");
        rig.with(m -> m.templates(templates));

        assertRefused();
        assertThat(rig.send(mail().subject("Your order"))).isNotNull();
        assertThat(rig.send(mail().subject(""))).isNotNull();
        Files.writeString(templates.resolve("order/subject.de.vm"), "");
        assertThat(rig.send(mail().locale("de"))).isNotNull();
    }

    @Test
    void so_does_another_engine() {
        rig.with(m -> m.install(MailerPlugin.of(
                "own",
                context -> context.templateEngine(new TemplateEngine() {
                    @Override
                    public String currentVersion(String tenant, String template, @Nullable Locale locale) {
                        return "1";
                    }

                    @Override
                    public Rendered render(
                            String tenant,
                            String template,
                            String version,
                            @Nullable Locale locale,
                            Map<String, @Nullable Object> variables) {
                        return new Rendered(null, "text", null);
                    }
                }))));

        assertRefused();
        assertThat(rig.send(mail().subject("Your order"))).isNotNull();
    }

    private void assertRefused() {
        assertThatThrownBy(() -> rig.send(mail()))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessage(MISSING);
        assertThat(rig.mailer()
                        .list(MessageQuery.ofTenant(Email.DEFAULT_TENANT).limit(100))
                        .items())
                .isEmpty();
    }

    private static Email.Builder mail() {
        return Email.builder().from("shop@example.com").to("jo@example.org").template("order", Map.of());
    }
}
