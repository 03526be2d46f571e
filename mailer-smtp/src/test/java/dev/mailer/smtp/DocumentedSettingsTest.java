// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.mx.Providers;
import dev.mailer.smtp.mx.ShapingRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the documents show as settings of the SMTP client can be read by it. */
class DocumentedSettingsTest {
    private static final Pattern BLOCK = Pattern.compile("^```\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    /** A whole address, and not the beginning of one. */
    private static final Pattern ADDRESS =
            Pattern.compile("[`=]((?:smtps?://|mx:\\?)[^`\\s…]+)(?:`|$)", Pattern.MULTILINE);

    @Test
    void limits_and_rules_of_the_page_about_them_are_read() throws IOException {
        List<String> blocks = found(BLOCK, "site-limits.md");

        assertThat(blocks).hasSize(2);
        assertThatCode(() -> Providers.with("providers.conf", blocks.get(0))).doesNotThrowAnyException();
        assertThatCode(() -> ShapingRules.builtIn().behind("shaping.conf", blocks.get(1)))
                .doesNotThrowAnyException();
    }

    @Test
    void addresses_of_the_recipes_are_read() throws IOException {
        List<String> addresses = found(ADDRESS, "smtp-recipes.md");

        assertThat(addresses).hasSizeGreaterThan(7).anyMatch(address -> address.startsWith("mx:"));
        for (String address : addresses) {
            TransportUri uri = TransportUri.parse(address);
            SmtpTransportFactoryTest.Context context = new SmtpTransportFactoryTest.Context();
            assertThatCode(() -> {
                        if (uri.scheme().equals("mx")) {
                            SmtpSettings settings = SmtpSettings.ofHosts(uri, context, MxOptions.NAMES);
                            MxOptions.of(uri, context, settings.ehlo());
                        } else {
                            SmtpSettings.of(uri, context);
                        }
                    })
                    .as(address)
                    .doesNotThrowAnyException();
        }
    }

    private static List<String> found(Pattern pattern, String document) throws IOException {
        return pattern.matcher(Files.readString(Path.of("..", "docs", document)))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
