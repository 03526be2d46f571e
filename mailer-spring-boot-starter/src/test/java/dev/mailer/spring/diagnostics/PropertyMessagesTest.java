// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailer.spring.MailerAutoConfiguration;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.mock.env.MockEnvironment;

/** A wrong value of every property is told in one message: which property, what it is, and what is allowed. */
class PropertyMessagesTest {
    private static final List<FailureAnalyzer> ANALYZERS = SpringFactoriesLoader.forDefaultResourceLocation()
            .load(
                    FailureAnalyzer.class,
                    ArgumentResolver.of(BeanFactory.class, new DefaultListableBeanFactory())
                            .and(Environment.class, new MockEnvironment()),
                    (type, name, failure) -> {});

    /** What the message has beside the name. */
    private static final Map<String, Case> CASES = new LinkedHashMap<>();

    static {
        wrong("mailer.enabled", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.transport", "smpt://mail.example.com", "unknown scheme 'smpt'", "known are", "smtps");
        wrong("mailer.transports.bulk", "smpt://mail.example.com", "unknown scheme 'smpt'", "known are", "smtps");
        wrong("mailer.ssl-bundle", "private", "'private'", "known are []", "spring.ssl.bundle.pem.private");
        wrong("mailer.store", "mongodb://host/db", "'mongodb:'", "known are memory");
        wrong("mailer.data-source", "orders", "'orders'", "there are []");
        wrong("mailer.data-folder", "/proc/none", "/proc/none cannot be made");
        wrong("mailer.tenants", "a b", "'a b'", "A-Z");
        wrong("mailer.streams.news.weight", "0", "0", "1 to 1000");
        wrong("mailer.streams.news.reserved", "-1", "-1", "at least 0");
        wrong("mailer.streams.news.transport", "bulk", "'bulk'", "none of the transports []", "transports.bulk");
        wrong("mailer.streams.news.unsubscribe", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.streams.news.list-id", "news", "'news'", "news.example.com");
        wrong("mailer.public-url", "ftp://mail.example.com", "'ftp://mail.example.com'", "http or https");
        wrong("mailer.public-urls.acme", "mail.acme.example", "'mail.acme.example'", "http or https");
        wrong("mailer.unsubscribe.mailto", "nobody", "'nobody'", "no address");
        wrong("mailer.unsubscribe.streams", "news,news", "has 2 names", "different");
        wrong("mailer.unsubscribe.titles.news", "t".repeat(201), "has 201 characters", "1 to 200");
        wrong("mailer.unsubscribe.language", "tlh", "'tlh'", "none of [en, ");
        wrong("mailer.unsubscribe.theme.title", "t".repeat(1_001), "has 1001 characters", "1000");
        wrong("mailer.unsubscribe.theme.logo", "http://img.example/x", "'http://img.example/x'", "https");
        wrong("mailer.unsubscribe.theme.color", "red", "'red'", "#0b57d0");
        wrong("mailer.unsubscribe.theme.background", "#fff", "'#fff'", "#0b57d0");
        wrong("mailer.unsubscribe.theme.css", "classpath:nowhere.css", "'classpath:nowhere.css'", "cannot be read");
        wrong("mailer.unsubscribe.theme.footer", "f".repeat(1_001), "has 1001 characters", "1000");
        wrong("mailer.unsubscribe.themes.acme.color", "red", "'red'", "#0b57d0");
        wrong("mailer.mailers.billing.streams.news.unsubscribe", "true", "default mailer alone");
        wrong("mailer.retry.first", "0s", "PT0S");
        wrong("mailer.retry.longest", "0s", "PT0S");
        wrong("mailer.retry.lifetime", "soon", "'soon'", "duration");
        wrong("mailer.retry.jitter", "0.9", "0.9", "0.5");
        wrong("mailer.limits.message-size", "0B", "0", "at least");
        wrong("mailer.limits.max-unsettled", "0", "is 0", "at least 1");
        wrong("mailer.limits.bytes-in-flight", "much", "'much'", "data size");
        wrong("mailer.limits.waiting-submissions", "0", "is 0", "at least 1");
        wrong("mailer.limits.slots", "many", "many", "Integer");
        wrong("mailer.limits.slow-calls", "-1", "is -1", "at least 0");
        wrong("mailer.limits.lease", "1s", "PT1S");
        wrong("mailer.retention.content", "-1s", "PT-1S");
        wrong("mailer.retention.messages", "-1s", "PT-1S");
        wrong("mailer.retention.idempotency-keys", "1h", "PT1H", "at least 24 hours");
        wrong("mailer.encryption.key", "1:short", "32 bytes");
        wrong("mailer.encryption.old-keys", "1:short", "without a current one", "encryption.key");
        wrong("mailer.dkim.main.selector", "", "is missing");
        wrong("mailer.dkim.main.from", "soon", "'soon'", "Instant");
        wrong("mailer.smime.identities.shop.sender", "", "is missing", "no domain");
        wrong("mailer.smime.certificates", "nowhere", "not a folder that exists");
        wrong("mailer.smime.secret", "short", "without", "certificates");
        wrong("mailer.smime.missing", "maybe", "'maybe'", "refuse or send");
        wrong("mailer.smime.encryption", "rot13", "'rot13'", "aes-256-gcm");
        wrong("mailer.suppression.bounces", "soon", "'soon'", "forever, off");
        wrong("mailer.suppression.complaints", "soon", "'soon'", "forever, off");
        wrong("mailer.webhooks.allow", "intranet", "intranet");
        wrong("mailer.webhooks.http", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.webhooks.timeout", "0s", "must be from");
        wrong("mailer.webhooks.disable-after", "0s", "must be from");
        wrong("mailer.webhooks.keep", "0s", "must be from");
        wrong("mailer.webhooks.per-endpoint", "0", "must be from", "got 0");
        wrong("mailer.webhooks.together", "0", "must be from", "got 0");
        wrong("mailer.webhooks.postal-key", "nonsense", "RSA");
        wrong("mailer.webhooks.endpoints.shop.url", "", "is missing");
        wrong("mailer.streams.news.track-opens", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.streams.news.track-clicks", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.tracking.opens", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.tracking.clicks", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.tracking.tenants.acme.opens", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.tracking.tenants.acme.clicks", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.tracking.tenants.acne.opens", "true", "'acne' is no tenant", "[default]");
        wrong("mailer.tracking.text", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.tracking.exclude", "https://x", "'https://x'", "no host");
        wrong("mailer.tracking.utm.source", "{name}", "'{name}'", "{stream}");
        wrong("mailer.tracking.addresses", "some", "'some'", "none, anonymised, full");
        wrong("mailer.tracking.durability", "never", "'never'", "committed, buffered");
        wrong("mailer.tracking.honeypot", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.tracking.scanners", "scanner.example", "'scanner.example'", "no network");
        wrong("mailer.tracking.scanners-within", "25h", "PT25H", "up to a day");
        wrong("mailer.tracking.trusted-proxies", "proxy.example", "'proxy.example'", "no network");
        wrong("mailer.templates", "classpath:nowhere", "nowhere", "expected folders of templates");
        wrong("mailer.close-timeout", "2h", "PT2H", "at most 1 hour");
        wrong("mailer.node-name", "n".repeat(300), "has 300 characters", "allowed are 1 to");
        wrong("mailer.host-name", "shop example", "'shop example'", "host name");
        wrong("mailer.java-mail-sender", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.health.required", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.mailbox.path", "mailbox", "'mailbox'", "/");
        wrong("mailer.mailbox.open", "maybe", "Invalid boolean value 'maybe'");
        wrong("mailer.mailbox.max-messages", "0", "is 0", "at least 1");
        wrong("mailer.mailers.billing.limits.slots", "0", "is 0", "at least 1");
    }

    /** One wrong value. */
    private record Case(String property, String value, List<String> said) {
        @Override
        public String toString() {
            return property + "=" + value;
        }
    }

    private static void wrong(String property, String value, String... said) {
        CASES.put(property, new Case(property, value, List.of(said)));
    }

    static Iterable<Case> cases() {
        return CASES.values();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_wrong_value_is_told_in_one_message(Case wrong) {
        FailureAnalysis analysis = analysis(wrong.property() + "=" + wrong.value());

        String message = analysis.getDescription() + "\n" + analysis.getAction();
        assertThat(message).contains(wrong.property()).contains(wrong.said());
        assertThat(analysis.getAction()).isNotBlank();
        assertThat(message.lines().count()).as(message).isLessThan(15);
    }

    @Test
    void a_name_that_is_none_is_told() {
        FailureAnalysis analysis = analysis("mailer.transprot=memory:");

        assertThat(analysis.getDescription()).contains("mailer.transprot", "left unbound");
    }

    @Test
    void there_is_a_case_for_every_property() throws Exception {
        Set<String> without = new TreeSet<>();
        try (InputStream in =
                MailerAutoConfiguration.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            for (JsonNode property : new ObjectMapper().readTree(in).get("properties")) {
                String name = property.get("name").asText();
                boolean ours = name.startsWith("mailer.");
                if (ours && CASES.keySet().stream().noneMatch(c -> c.equals(name) || c.startsWith(name + "."))) {
                    without.add(name);
                }
            }
        }

        assertThat(without).isEmpty();
    }

    /** That which Boot prints: of the first analyzer that has one. */
    private static FailureAnalysis analysis(String property) {
        List<FailureAnalysis> found = new ArrayList<>();
        String[] base = property.startsWith("mailer.transport=") || property.startsWith("mailer.mailbox.")
                ? new String[0]
                : new String[] {"mailer.transport=memory:"};
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(MailerAutoConfiguration.class, SslAutoConfiguration.class))
                .withPropertyValues(base)
                .withPropertyValues("mailer.mailers.billing.transport=memory:", "mailer.mailers.billing.store=memory")
                .withPropertyValues("mailer.public-url=https://mail.example.com")
                .withPropertyValues(property)
                .run(context -> {
                    assertThat(context).hasFailed();
                    Throwable failure = context.getStartupFailure();
                    for (FailureAnalyzer analyzer : ANALYZERS) {
                        FailureAnalysis analysis = analyzer.analyze(failure);
                        if (analysis != null) {
                            found.add(analysis);
                            return;
                        }
                    }
                });
        assertThat(found).as(property).isNotEmpty();
        return found.get(0);
    }
}
