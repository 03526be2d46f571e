// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.EventType;
import dev.mailer.api.Mailer;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.core.EncryptionKeys;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.core.Stores;
import dev.mailer.core.servlet.EndpointServlet;
import dev.mailer.smime.CertificateSource;
import dev.mailer.smime.ContentEncryption;
import dev.mailer.smime.MissingCertificate;
import dev.mailer.smime.SmimePlugin;
import dev.mailer.smtp.SmtpTransportFactory;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.dkim.DkimSigner;
import dev.mailer.smtp.domain.DomainCheck;
import dev.mailer.smtp.domain.DomainFinding;
import dev.mailer.tracking.AddressDetail;
import dev.mailer.tracking.PublicUrls;
import dev.mailer.tracking.TrackingPlugin;
import dev.mailer.tracking.unsubscribe.PageTheme;
import dev.mailer.tracking.unsubscribe.PreferencePages;
import dev.mailer.tracking.unsubscribe.PreferenceView;
import dev.mailer.tracking.unsubscribe.UnsubscribeBuilder;
import dev.mailer.tracking.unsubscribe.UnsubscribePlugin;
import dev.mailer.webhooks.WebhookOptions;
import dev.mailer.webhooks.Webhooks;
import dev.mailer.webhooks.WebhooksPlugin;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.ServletContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.sql.DataSource;

/** What the documents show and no example runs: it names servers that are not there. Compiled, which is its test. */
final class Snippets {
    private Snippets() {}

    static void readme() {
        // tag::readme[]
        try (MailerEngine mailer = Mailers.builder()
                .transport("smtp://user:password@smtp.example.com:587")
                .store("sqlite:mail.db")
                .build()) {
            mailer.send(mail -> mail.from("Shop <shop@example.com>")
                    .to("jo@example.org")
                    .subject("Your order 4711")
                    .text("Thank you!"));
        }
        // end::readme[]
    }

    // tag::embedding-life[]
    static MailerEngine start(DataSource database) {
        MailerEngine mailer = Mailers.builder()
                .store(Stores.of(database))
                .transport("smtp://user@smtp.example.com:587?secret=SMTP_PASSWORD")
                .closeTimeout(Duration.ofSeconds(20))
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(mailer::close, "mailer-close"));
        return mailer;
    }
    // end::embedding-life[]

    static MailerEngine create() {
        // tag::create[]
        MailerEngine mailer = Mailers.create("smtp://user:password@smtp.example.com:587");
        // end::create[]
        return mailer;
    }

    static MailerEngine failover() {
        // tag::failover[]
        MailerEngine mailer = Mailers.create("failover(smtp://a.example.com smtp://b.example.com)");
        // end::failover[]
        return mailer;
    }

    static void once(Mailer mailer, String code) {
        // tag::one-time-code[]
        mailer.send(mail -> mail.from("shop@example.com")
                .to("jo@example.org")
                .subject("Your code")
                .text(code)
                .ambiguityPolicy(AmbiguityPolicy.DROP)
                .expiresAt(Instant.now().plus(Duration.ofMinutes(10))));
        // end::one-time-code[]
    }

    static void tune(MailerBuilder builder) {
        // tag::tune[]
        builder.stream("broadcast", s -> s.weight(1))
                .retry(r -> r.first(Duration.ofMinutes(1)).lifetime(Duration.ofDays(2)))
                .limits(l -> l.maxUnsettled(16))
                .retention(r -> r.content(Duration.ofDays(1)));
        // end::tune[]
    }

    static void sign(MailerBuilder builder) {
        // tag::dkim[]
        builder.install(DkimSigner.plugin(dkim ->
                dkim.key("example.com", "s2026", "DKIM_RSA").key("example.com", "s2026-ed25519", "DKIM_ED25519")));
        // end::dkim[]
    }

    static void changeKey(MailerBuilder builder) {
        // tag::dkim-change[]
        builder.install(DkimSigner.plugin(dkim -> dkim.key("example.com", "s2026", "DKIM_2026")
                .key("example.com", "s2027", "DKIM_2027", Instant.parse("2026-12-01T00:00:00Z"))));
        // end::dkim-change[]
    }

    static void checkDomain(DkimPrivateKey key) {
        // tag::domain-check[]
        List<DomainFinding> findings = DomainCheck.of("example.com")
                .key("example.com", "s2026", key)
                .source("192.0.2.25")
                .ehlo("mail.example.com")
                .build()
                .run();
        findings.stream()
                .filter(f -> f.level() == DomainFinding.Level.PROBLEM)
                .forEach(f -> System.out.println(f.subject().title() + ": " + f.text() + " " + f.record()));
        // end::domain-check[]
    }

    static void smime(MailerBuilder builder) {
        // tag::smime-sign[]
        builder.install(SmimePlugin.of(smime -> smime.identity("shop@example.com", "SMIME_SHOP")));
        // end::smime-sign[]
    }

    static void smimeEncrypt(MailerBuilder builder) {
        // tag::smime-encrypt[]
        builder.install(SmimePlugin.of(smime -> smime.identity("example.com", "SMIME_SHOP")
                .encrypt(CertificateSource.folder(Path.of("/etc/mailer/certificates")), "SMIME_SECRET")
                .missingCertificate(MissingCertificate.REFUSE)
                .contentEncryption(ContentEncryption.AES_128_CBC)));
        // end::smime-encrypt[]
    }

    static void unsubscribe(MailerBuilder builder) {
        // tag::unsubscribe[]
        PageTheme theme =
                PageTheme.builder().title("The Shop").footer("1 Road, Town").build();
        UnsubscribeBuilder unsubscribing = UnsubscribePlugin.builder();
        unsubscribing.publicUrls(PublicUrls.of("https://mail.example.com")).theme(theme);
        unsubscribing.stream(
                "news", news -> news.unsubscribe().title("Our news").listId("news.example.com"));
        builder.stream("news", stream -> {}).install(unsubscribing.build());
        // end::unsubscribe[]
    }

    static void unsubscribePages(MailerBuilder builder) {
        // tag::unsubscribe-pages[]
        builder.install(UnsubscribePlugin.builder()
                .publicUrls(PublicUrls.of("https://mail.example.com"))
                .pages(view -> new PreferencePages.Page(render(view), "'self'", "'none'"))
                .build());
        // end::unsubscribe-pages[]
    }

    private static String render(PreferenceView view) {
        return "<!doctype html><title>" + view.kind() + "</title>";
    }

    static void webhooks(MailerBuilder builder, Secret secret) {
        // tag::webhooks[]
        WebhooksPlugin plugin = WebhooksPlugin.builder()
                .endpoint(
                        "shop",
                        "default",
                        WebhookOptions.to("https://shop.example.com/hooks/mail")
                                .types(EventType.DELIVERED, EventType.BOUNCED, EventType.COMPLAINED)
                                .build(),
                        secret)
                .build();
        builder.install(plugin);
        // end::webhooks[]
        // tag::webhooks-create[]
        Webhooks.Created made = plugin.webhooks()
                .create(
                        "default",
                        WebhookOptions.to("https://example.com/hooks").build(),
                        null);
        System.out.println(made.endpoint().id() + " signs with " + made.secret().reveal());
        // end::webhooks-create[]
    }

    static void encrypt(MailerBuilder builder) {
        // tag::encrypt[]
        builder.store("sqlite:mail.db").encryption(EncryptionKeys.of(System.getenv("MAILER_ENCRYPTION_KEY")));
        // end::encrypt[]
    }

    static void trust(MailerBuilder builder, SSLContext context) {
        // tag::trust[]
        builder.install(MailerPlugin.of("own-tls", c -> c.transportFactory(new SmtpTransportFactory(context))));
        // end::trust[]
    }

    static void route(MailerBuilder builder) {
        // tag::route[]
        builder.transport("smtp://relay.example.com")
                .transport("bulk", "smtp://bulk.example.com")
                .install(MailerPlugin.of(
                        "routes", c -> c.router(d -> d.stream().equals("broadcast") ? "bulk" : "default")));
        // end::route[]
    }

    static void observe(MailerBuilder builder, MeterRegistry meters, ObservationRegistry observations) {
        // tag::observe[]
        builder.meters(meters).observations(observations);
        // end::observe[]
    }

    static String health(MailerEngine mailer) {
        // tag::health[]
        MailerEngine.Health health = mailer.health();
        boolean ready = health.accepting() && health.sending();
        // end::health[]
        return ready + " " + health.problem();
    }

    static void servlet(MailerEngine mailer, ServletContext context) {
        // tag::servlet[]
        EndpointServlet pages = new EndpointServlet(mailer.endpoints());
        context.addServlet("mailer", pages).addMapping(pages.patterns().toArray(String[]::new));
        // end::servlet[]
    }

    static void tracking(MailerBuilder builder) {
        // tag::tracking[]
        builder.install(TrackingPlugin.builder()
                .publicUrls(PublicUrls.of("https://mail.example.com"))
                .opens(true)
                .clicks(true)
                .addresses(AddressDetail.NONE)
                .build());
        // end::tracking[]
    }
}
