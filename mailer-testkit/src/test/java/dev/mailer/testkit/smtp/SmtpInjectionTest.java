// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Address;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.testkit.TestContext;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every string that becomes part of a command, times every way out of it. The addresses are forged past their parser, so that
 * what is tested is the transport's own fence.
 */
class SmtpInjectionTest {
    /** Never in a command, with or without SMTPUTF8. */
    private static final Map<String, String> DANGEROUS = new LinkedHashMap<>();

    /** Lines only when cut to eight bits or decoded once more; as they stand they are local parts of their own kind. */
    private static final Map<String, String> LOOKALIKE = Map.of(
            "cut to CR LF",
            "\u560D\u560A",
            "cut to LF",
            "\u010A",
            "percent-encoded",
            "%0d%0a",
            "full-width >",
            "\uFF1E");

    private static final List<String> PATHS = List.of("sender", "recipient", "second recipient");

    static {
        DANGEROUS.put("CR", "\r");
        DANGEROUS.put("LF", "\n");
        DANGEROUS.put("CRLF", "\r\n");
        DANGEROUS.put("CRLF and a command", "\r\nRCPT TO:<x@example.com>\r\n");
        DANGEROUS.put("NUL", "\0");
        DANGEROUS.put("tab", "\t");
        DANGEROUS.put("vertical tab", "\u000B");
        DANGEROUS.put("form feed", "\f");
        DANGEROUS.put("escape", "\u001B");
        DANGEROUS.put("delete", "\u007F");
        DANGEROUS.put("next line", "\u0085");
        DANGEROUS.put("line separator", "\u2028");
        DANGEROUS.put("paragraph separator", "\u2029");
        DANGEROUS.put("high surrogate", "\uD83D");
        DANGEROUS.put("low surrogate", "\uDE00");
    }

    private final ScriptedSmtpServer server = ScriptedSmtpServer.builder()
            .extensions("PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "DSN")
            .start();

    @AfterEach
    void close() {
        server.close();
    }

    static Stream<Arguments> paths() {
        return places().flatMap(place ->
                DANGEROUS.keySet().stream().map(what -> Arguments.of(place.get()[0], place.get()[1], what)));
    }

    /** Paths with and without their like in parameters (ORCPT). */
    static Stream<Arguments> places() {
        return PATHS.stream().flatMap(path -> Stream.of(Arguments.of(path, ""), Arguments.of(path, "dsn=success&")));
    }

    @ParameterizedTest(name = "{2} in {0} {1}")
    @MethodSource("paths")
    void what_leaves_a_line_never_reaches_the_server(String path, String options, String what) {
        String value = DANGEROUS.get(what);
        try (Transport transport = client(options)) {
            for (String local : List.of(value, "a" + value + "b", "\"a" + value + "b\"", "\"\\" + value + "\"")) {
                for (boolean utf8 : List.of(false, true)) {
                    assertUnsafe(transport, forged(path, local, "example.org", utf8));
                }
            }
            for (String domain : List.of(value, "example" + value + ".org", "example.org" + value, "[" + value + "]")) {
                assertUnsafe(transport, forged(path, "jo", domain, true));
            }
        }
        assertThat(server.sessions()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("places")
    void what_leaves_the_angle_brackets_never_reaches_the_server(String path, String options) {
        List<String> locals = List.of(
                "a> SIZE=1 x=<b", "a>", "<a", "a b", " ", "\"a", "\"a\\\"", "\"a\"b\"> X=\"c\" \"", "a\\\"> \"b");
        try (Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            for (String local : locals) {
                assertUnsafe(transport, forged(path, local, "example.org", true));
            }
            for (String domain : List.of("example.org> SIZE=1", "example.org>", "<example.org", "example.org x", " ")) {
                assertUnsafe(transport, forged(path, "jo", domain, true));
            }
        }
        assertThat(server.sessions()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("places")
    void what_only_looks_like_a_line_end_stays_one_command(String path, String options) {
        try (Transport transport = client(options)) {
            for (String value : LOOKALIKE.values()) {
                String local = "a" + value + "b";
                Outcomes outcomes = Clients.send(transport, forged(path, local, "example.org", true));

                assertThat(outcomes.all().values()).extracting(Outcome::kind).containsOnly(Kind.ACCEPTED);
                List<ReceivedMail> mails = server.mails();
                ReceivedMail last = mails.get(mails.size() - 1);
                assertThat(last.sender().equals(local + "@example.org")
                                || last.recipients().contains(local + "@example.org"))
                        .isTrue();
            }
        }
        int recipients = path.startsWith("second") ? 2 : 1;
        List<String> commands = server.sessions().get(0).commands();
        assertThat(commands).hasSize(1 + LOOKALIKE.size() * (2 + recipients) + 1);
        assertThat(commands)
                .filteredOn(c -> c.startsWith("RCPT"))
                .allMatch(c -> c.matches("RCPT TO:<[^<> ]+>"
                        + (options.isEmpty() ? "" : " NOTIFY=SUCCESS( ORCPT=rfc822;[!-~&&[^=]]+)?")));
    }

    /** A quoted local part may hold what ends a parameter (RFC 3461 §4). */
    @Test
    void what_ends_a_parameter_is_encoded_in_one() {
        try (Transport transport = client("dsn=success&")) {
            Outcome outcome = Clients.send(transport, TestMail.to("\"a> NOTIFY=NEVER +<b\"@example.org"))
                    .only();

            assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.ACCEPTED);
        }
        assertThat(server.sessions().get(0).commands())
                .contains("RCPT TO:<\"a> NOTIFY=NEVER +<b\"@example.org> NOTIFY=SUCCESS"
                        + " ORCPT=rfc822;\"a>+20NOTIFY+3DNEVER+20+2B<b\"@example.org");
    }

    static Stream<String> dangerous() {
        return DANGEROUS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("dangerous")
    void settings_that_leave_a_line_are_refused_before_any_connection(String what) {
        String value = DANGEROUS.get(what);
        String encoded = URLEncoder.encode("a" + value + "b", StandardCharsets.UTF_8);
        String to = "127.0.0.1:" + server.port();

        // half a surrogate pair has no encoding; it comes out as a question mark
        if (!Character.isSurrogate(value.charAt(0))) {
            assertRefused(() -> Clients.of("smtp://" + encoded + ":pw@" + to + "?tls=never"));
        }
        assertRefused(() -> Clients.of(server.uri() + "?ehlo=" + encoded));
        assertRefused(() -> Clients.of(TestContext.create().hostName("a" + value + "b"), server.uri()));
        assertRefused(() -> Clients.of("smtp://a" + value + "b:pw@" + to + "?tls=never"));
        assertRefused(() -> Clients.of("smtp://127.0.0.1" + value + ":" + server.port()));
        assertThat(server.sessions()).isEmpty();
    }

    @Test
    void a_secret_may_hold_anything_but_nul_and_stays_one_response() {
        for (String mechanism : List.of("PLAIN", "LOGIN")) {
            for (String value : DANGEROUS.values()) {
                String secret = "a" + value + "b";
                // what is not Unicode cannot be written as UTF-8
                String sent = new String(secret.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
                TestContext context = TestContext.create().secret("relay", secret);
                try (ScriptedSmtpServer own = ScriptedSmtpServer.builder()
                                .credentials("jo", sent)
                                .mechanisms(mechanism)
                                .start();
                        Transport transport = Clients.of(
                                context,
                                own.uri().replace("//", "//jo@") + "?secret=relay&tls=never&" + Clients.FAST)) {
                    Outcome outcome = Clients.send(transport, TestMail.to("jo@example.org"))
                            .only();

                    List<String> commands = own.sessions().get(0).commands();
                    if (value.equals("\0")) {
                        assertThat(outcome.failure().reason()).isEqualTo("secret-unusable");
                        assertThat(commands).containsExactly("EHLO client.example.com", "QUIT");
                    } else {
                        assertThat(outcome.kind()).isEqualTo(Kind.ACCEPTED);
                        assertThat(commands).hasSize(mechanism.equals("PLAIN") ? 5 : 7);
                        assertThat(commands)
                                .anyMatch(c -> c.endsWith(Base64.getEncoder()
                                        .encodeToString((mechanism.equals("PLAIN") ? "\0jo\0" + sent : sent)
                                                .getBytes(StandardCharsets.UTF_8))));
                    }
                }
            }
        }
    }

    private Transport client(String options) {
        return Clients.of(server.uri() + "?" + options + Clients.FAST);
    }

    private static void assertUnsafe(Transport transport, Submission mail) {
        Outcomes outcomes = Clients.send(transport, mail);
        assertThat(outcomes.all()).hasSameSizeAs(mail.recipients());
        assertThat(outcomes.all().values()).allSatisfy(outcome -> {
            assertThat(outcome.kind()).isEqualTo(Kind.REJECTED);
            assertThat(outcome.failure().phase()).isEqualTo(Phase.PREPARE);
            assertThat(outcome.failure().reason()).isEqualTo("unsafe-address");
            assertThat(outcome.toString().chars()).noneMatch(Character::isISOControl);
        });
    }

    private static void assertRefused(Runnable opening) {
        assertThatThrownBy(opening::run)
                .isInstanceOf(MailerConfigException.class)
                .satisfies(e -> assertThat(e.getMessage().chars()).noneMatch(Character::isISOControl));
    }

    /** A mail with such an address in one place. */
    private static Submission forged(String place, String local, String domain, boolean utf8) {
        Address address = forged(local, domain);
        Submission mail = TestMail.to("jo@example.org");
        List<Recipient> recipients = switch (place) {
            case "recipient" -> List.of(new Recipient(1, address, 1));
            case "second recipient" ->
                List.of(new Recipient(1, Address.of("jo@example.org"), 1), new Recipient(2, address, 1));
            default -> mail.recipients();
        };
        return (Submission) Proxy.newProxyInstance(
                Submission.class.getClassLoader(),
                new Class<?>[] {Submission.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "needsSmtpUtf8" -> utf8;
                    case "recipients" -> recipients;
                    case "sender" -> place.equals("sender") ? address : mail.sender();
                    case "equals" -> proxy == arguments[0];
                    default -> method.invoke(mail, arguments);
                });
    }

    private static Address forged(String local, String domain) {
        try {
            Constructor<Address> constructor =
                    Address.class.getDeclaredConstructor(String.class, String.class, String.class, String.class);
            constructor.setAccessible(true);
            return constructor.newInstance(null, local, domain, domain);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("an address cannot be forged", e);
        }
    }
}
