// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.core.MemoryTransport;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransportRegistryTest {
    private static final List<ScriptedTransport> MADE = new ArrayList<>();

    /** Makes scripted transports for any host. */
    private static class SmtpFactory implements TransportFactory {
        @Override
        public Set<String> schemes() {
            return Set.of("smtp");
        }

        @Override
        public Transport create(TransportUri uri, TransportContext context) {
            uri.requireHost();
            ScriptedTransport made = new ScriptedTransport(uri.toString());
            MADE.add(made);
            return made;
        }
    }

    private static final class OtherSmtpFactory extends SmtpFactory {}

    private static Transport create(String expression) {
        MADE.clear();
        return createWith(expression, new SmtpFactory());
    }

    private static Transport createWith(String expression, TransportFactory... explicit) {
        return TransportRegistry.create(
                expression, List.of(explicit), TransportRegistryTest::memory, Submissions.context());
    }

    static Transport memory(String name, InstantSource clock) {
        return new MemoryTransport(name, 1, 1_000, clock);
    }

    @ParameterizedTest
    @CsvSource({
        "null:, null:",
        "memory:, memory:",
        "memory:box, memory:box",
        "file:/var/mail/out, file:/var/mail/out",
        "file:///var/mail/out, file:/var/mail/out",
        "'  smtp://user:secret@a:25?x=y ', smtp://a:25",
        "SMTP://A, smtp://a",
        "failover(smtp://a:25 smtp://b:25), failover(smtp://a:25 smtp://b:25)",
        "'failover( smtp://u:p@a\tsmtp://b )', failover(smtp://a smtp://b)",
        "weighted(3*smtp://a 1*null:), weighted(3*smtp://a 1*null:)",
        "weighted(9*failover(smtp://a smtp://b) 1*weighted(1*null:)), "
                + "weighted(9*failover(smtp://a smtp://b) 1*weighted(1*null:))",
        "failover(file:/a(b) null:), failover(file:/a(b) null:)",
        "failover(smtp://u:p%29%20@a null:), failover(smtp://a null:)"
    })
    void makes_what_the_expression_says_and_names_it_without_credentials(String expression, String name) {
        Transport transport = create(expression);

        assertThat(transport.name()).isEqualTo(name);
        assertThat(transport).hasToString(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "` `|transport: is empty; expected something like smtp://user:password@host:587",
                "host|transport: does not begin with a scheme; expected something like smtp://user:password@host:587",
                "failover(smtp://a host)|transport: at character 19: does not begin with a scheme; expected something like"
                        + " smtp://user:password@host:587",
                "failover(smtp://a smtp://u:pw@b:x)|transport: at character 19: smtp: the port is not a number from 1 to"
                        + " 65535",
                "failover(smtp://u:pw@a|transport: failover( is not closed; expected ')' at the end",
                "failover(null: weighted(1*null:)|transport: failover( is not closed; expected ')' at the end",
                "failover()|transport: failover() holds no transport",
                "failover(null: weighted( ))|transport: at character 16: weighted() holds no transport",
                "weighted(smtp://u:pw@a)|transport: at character 10: the weight is missing; expected something like"
                        + " 3*smtp://host",
                "weighted(3 smtp://a)|transport: at character 10: the weight is missing; expected something like"
                        + " 3*smtp://host",
                "weighted(0*smtp://a)|transport: at character 10: the weight is not a number from 1 to 1000",
                "weighted(99999999999999999999*smtp://a)|transport: at character 10: the weight is not a number from 1 to"
                        + " 1000",
                "failover(robin(a b))|transport: at character 10: unknown composite 'robin'; known are failover(…) and"
                        + " weighted(…)",
                "smtp://u:my pw@a|transport: at character 13: text behind the end; several transports need failover(…) or"
                        + " weighted(…), and a blank in a URI is written '%20'",
                "smtp://u:p)w@a|transport: at character 11: ')' closes nothing; write '%29' for the sign itself",
                "failover(smtp://a) smtp://u:pw@b|transport: at character 20: text behind the end; several transports need"
                        + " failover(…) or weighted(…), and a blank in a URI is written '%20'",
                "failover(null: smtp://u:pw@)|transport: at character 16: smtp://: the host is missing; expected"
                        + " smtp://host:port",
                "smtps://u:pw@a|transport: unknown scheme 'smtps'; add dev.mailer:mailer-smtp for it; known are file,"
                        + " memory, null, smtp",
                "failover(null: mailbox:)|transport: at character 16: unknown scheme 'mailbox'; add"
                        + " dev.mailer:mailer-mailbox and install(MailboxPlugin.create()) for it; known are file,"
                        + " memory, null, smtp",
                "ses://key:pw@eu|transport: unknown scheme 'ses'; it is not available in this version; known are file,"
                        + " memory, null, smtp",
                "mx:|transport: unknown scheme 'mx'; it is not available in this version; known are file, memory,"
                        + " null, smtp",
                "sendgrid:|transport: unknown scheme 'sendgrid'; it is not available in this version; known are file, memory,"
                        + " null, smtp",
                "postmark:|transport: unknown scheme 'postmark'; it is not available in this version; known are file, memory,"
                        + " null, smtp",
                "mailgun:|transport: unknown scheme 'mailgun'; it is not available in this version; known are file, memory,"
                        + " null, smtp",
                "resend:|transport: unknown scheme 'resend'; it is not available in this version; known are file, memory,"
                        + " null, smtp",
                "pigeon://u:pw@roof|transport: unknown scheme 'pigeon'; known are file, memory, null, smtp",
                "null:x|transport: null: takes no path; expected null:",
                "null:?to=x|transport: null:: unknown option 'to'; known are []",
                "memory://host|transport: memory: takes no host and no user; expected memory: or memory:name",
                "file:|transport: file: the path is missing; expected file:/path/to/maildir",
                "file://host/path|transport: file: takes no host and no user; expected file:/path/to/maildir",
                "file:/a%00b|transport: file: the path holds a control character",
                "memory:a%00b|transport: memory: the path holds a control character",
                "file:/a%0Ab|transport: file: the path holds a control character"
            })
    void says_what_is_wrong_and_where_without_credentials(String expression, String message) {
        assertThatThrownBy(() -> create(expression))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage(message)
                .hasMessageNotContaining("pw");
    }

    @Test
    void refuses_to_nest_without_end() {
        String deep = "failover(".repeat(100_000);

        assertThatThrownBy(() -> create(deep))
                .hasMessage("transport: at character 145: composites are nested deeper than 16");
    }

    @Test
    void closes_what_it_made_when_a_later_part_fails() {
        assertThatThrownBy(() -> create("failover(smtp://a failover(smtp://b smtp://))"))
                .isInstanceOf(MailerConfigException.class);

        assertThat(MADE).extracting(ScriptedTransport::name).containsExactly("smtp://a", "smtp://b");
        assertThat(MADE).allMatch(ScriptedTransport::isClosed);
    }

    @Test
    void an_explicit_factory_wins_over_one_that_is_built_in_or_found() {
        ScriptedTransport own = new ScriptedTransport("memory:own");
        TransportFactory explicit = factory(own);

        assertThat(createWith("memory:", explicit)).isSameAs(own);
        assertThat(createWith("memory:")).isInstanceOf(MemoryTransport.class);
    }

    @Test
    void two_factories_of_one_scheme_are_an_error_once_a_uri_names_it() {
        FactoryLookup found = new FactoryLookup(
                List.of(),
                List.of(
                        new BuiltInTransports(TransportRegistryTest::memory),
                        new SmtpFactory(),
                        new OtherSmtpFactory()));

        assertThat(TransportRegistry.create("null:", found, Submissions.context()))
                .hasToString("null:");
        assertThatThrownBy(() -> TransportRegistry.create("smtp://u:pw@a", found, Submissions.context()))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("transport: the scheme 'smtp' has two factories, " + SmtpFactory.class.getName() + " and "
                        + OtherSmtpFactory.class.getName() + "; remove one, or give one to the builder");
        assertThatThrownBy(() -> createWith("smtp://a", new SmtpFactory(), new OtherSmtpFactory()))
                .hasMessageContaining("has two factories");
    }

    private static TransportFactory factory(Transport transport) {
        return new TransportFactory() {
            @Override
            public Set<String> schemes() {
                return Set.of("memory");
            }

            @Override
            public Transport create(TransportUri uri, TransportContext context) {
                return transport;
            }
        };
    }
}
