// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.mailer.api.Attachment;
import dev.mailer.api.DeliveryState;
import dev.mailer.api.Email;
import dev.mailer.api.EventType;
import dev.mailer.api.Failure;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.spi.DeliveryReports;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.SuppressionStore.Reason;
import dev.mailer.api.spi.SuppressionStore.Suppression;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.testkit.TestKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/**
 * One word stands in everything personal that a mail has and that is said of it, and is then looked for in every file of the database,
 * in its tables as they are dumped, in the log, in the meters and in the names of threads. Without a key it must be found in the
 * files and tables, or else the search is no good.
 */
@Timeout(180)
class LeakTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BUFFER = 1 << 20;

    private final String word =
            "planted" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40, 1L << 45), 36);
    private final Logger logger = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Level level = logger.getLevel();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    Path folder;

    @TempDir
    Path templates;

    @BeforeEach
    void listen() {
        // the servers say something, too, while this reads
        appender.list = new CopyOnWriteArrayList<>();
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void restore() {
        logger.detachAppender(appender);
        logger.setLevel(level);
    }

    @ParameterizedTest
    @CsvSource({
        "sqlite, true",
        "sqlite, false",
        "h2, true",
        "h2, false",
        "postgresql, true",
        "postgresql, false",
        "mariadb, true",
        "mariadb, false"
    })
    void nothing_personal_is_found_where_there_is_a_key(String product, boolean encrypted) throws Exception {
        RawLedger ledger = product.equals("h2") ? fileOfH2() : RawLedger.create(product, folder);
        List<String> found = new ArrayList<>();
        try (MailerEngine mailer = open(ledger, encrypted)) {
            work(mailer);
            found.addAll(inFiles(product, ledger));
            found.addAll(ledger.places(this::isIn));
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(this::isIn);
        }
        found.addAll(inFiles(product, ledger));

        if (encrypted) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found)
                    .anyMatch(place -> place.startsWith("table "))
                    .anyMatch(place -> place.startsWith("file "));
        }
        assertThat(meters.getMeters()).noneMatch(m -> isIn(m.getId().toString()));
        assertThat(appender.list).isNotEmpty();
        assertThat(appender.list)
                .filteredOn(e -> e.getLevel().isGreaterOrEqual(Level.INFO))
                .noneMatch(e -> isIn(e.getFormattedMessage()
                        + e.getMDCPropertyMap()
                        + (e.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(e.getThrowableProxy()))));
    }

    private RawLedger fileOfH2() {
        String url = "jdbc:h2:" + folder.resolve("ledger");
        return new RawLedger(url, url);
    }

    private Path templates() throws IOException {
        Path template = Files.createDirectories(templates.resolve("welcome"));
        Files.writeString(template.resolve("subject.vm"), "Welcome, $name");
        Files.writeString(template.resolve("html.vm"), "<p>Dear $name: $fmt.number($amount)</p>");
        return templates;
    }

    private MailerEngine open(RawLedger ledger, boolean encrypted) throws IOException {
        StubTransport transport = new StubTransport().byDomain().answering(this::answer);
        MailerBuilder builder =
                Mailers.builder().store(ledger.url()).transport(transport).meters(meters);
        if (encrypted) {
            builder.encryption(TestKeys.one());
        }
        builder.templates(templates());
        builder.onEvent(event -> {
            throw new IllegalStateException("cannot tell " + event.recipient());
        });
        return builder.closeTimeout(Duration.ofSeconds(5)).build();
    }

    /** Every answer quotes the address, as servers do. */
    private Outcome answer(StubTransport.Tried tried) {
        String to = tried.recipient();
        Failure refusal = Failure.builder("recipient-refused", Phase.RCPT_TO)
                .code(550)
                .text("<" + to + ">: no such user")
                .remoteHost("mx.example.org:25")
                .build();
        if (to.endsWith("@broken.example") && tried.attempts().equals(List.of(1))) {
            throw new IllegalStateException("no way to " + to, new IOException("cannot reach " + to));
        }
        if (to.endsWith("@refused.example")) {
            return Outcome.rejected(refusal);
        }
        return to.endsWith("@busy.example")
                ? Outcome.deferred(Outcome.Scope.DESTINATION, refusal, null)
                : Outcome.accepted("250 2.1.5 <" + to + "> ok", null);
    }

    private void work(MailerEngine mailer) {
        mailer.suppressions()
                .add(new Suppression(
                        "default",
                        null,
                        word + "@suppressed.example",
                        Reason.BOUNCE,
                        "test",
                        MovableClock.START,
                        null));
        MessageId sent = mailer.send(mail("example.org").build()).id();
        MessageId refused = mailer.send(mail("refused.example").build()).id();
        MessageId busy = mailer.send(mail("busy.example").build()).id();
        MessageId suppressed = mailer.send(mail("suppressed.example").build()).id();
        MessageId raw = mailer.send(Email.builder()
                        .from(word + "@example.com")
                        .to(word + "@example.org")
                        .raw(("From: " + word + "@example.com\r\nSubject: " + word + "\r\n\r\n" + word + "\r\n")
                                .getBytes(StandardCharsets.US_ASCII))
                        .build())
                .id();
        MessageId templated = mailer.send(Email.builder()
                        .from("shop@example.com")
                        .to(word + "@example.org")
                        .template("welcome", Map.of("name", word, "amount", 7))
                        .build())
                .id();
        assertThatThrownBy(() -> mailer.send(Email.builder()
                        .from("shop@example.com")
                        .to(word + "@example.org")
                        .template("welcome", Map.of("name", word, "amount", word))
                        .build()))
                .isInstanceOf(InvalidEmailException.class);
        mailer.send(mail("broken.example").build());
        assertThat(mailer.await(templated, PATIENCE).isSent()).isTrue();
        assertThat(mailer.await(sent, PATIENCE).isSent()).isTrue();
        assertThat(mailer.await(raw, PATIENCE).isSent()).isTrue();
        assertThat(mailer.await(refused, PATIENCE).deliveries().get(0).failure().text())
                .contains(word);
        Rig.until("the queue is parked", () -> !mailer.parkedQueues().isEmpty());
        Rig.until(
                "the mail is deferred",
                () -> mailer.find(busy).deliveries().get(0).state() == DeliveryState.DEFERRED);
        assertThat(mailer.find(suppressed).deliveries().get(0).state()).isEqualTo(DeliveryState.SUPPRESSED);
        long delivery = mailer.find(sent).deliveries().get(0).id();
        mailer.deliveryReports()
                .report(new DeliveryReports.Report(
                        "dsn",
                        "1",
                        EventType.BOUNCED,
                        delivery,
                        MovableClock.START,
                        Failure.builder("bounced", Phase.FINAL_REPLY).text(word).build(),
                        Map.of("recipient", word + "@example.org")));
    }

    private Email.Builder mail(String domain) {
        return Email.builder()
                .from(word + " Shop <" + word + "@example.com>")
                .to(word + " Jo <" + word + "@" + domain + ">")
                .replyTo(word + "@example.net")
                .subject("Hello " + word)
                .text("Dear " + word)
                .html("<p>" + word + "</p>")
                .header("X-Order", word)
                .tag("person", word)
                .metadata("person", word)
                .idempotencyKey(word + domain)
                .attach(Attachment.of(word + ".txt", "text/plain", word.getBytes(StandardCharsets.US_ASCII)));
    }

    private boolean isIn(String text) {
        return text.toLowerCase(Locale.ROOT).contains(word);
    }

    private List<String> inFiles(String product, RawLedger ledger) throws IOException, SQLException {
        Path data = switch (product) {
            case "postgresql" -> Path.of(ledger.texts("show data_directory").get(0));
            case "mariadb" -> Path.of(ledger.texts("select @@datadir").get(0));
            default -> folder;
        };
        if (product.equals("postgresql")) {
            ledger.change("checkpoint");
        }
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (isInFile(file)) {
                    found.add("file " + data.relativize(file));
                }
            }
        }
        return found;
    }

    /** Reads in pieces that overlap. */
    private boolean isInFile(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String before = "";
            for (byte[] bytes = in.readNBytes(BUFFER); bytes.length > 0; bytes = in.readNBytes(BUFFER)) {
                String text = before + new String(bytes, StandardCharsets.ISO_8859_1);
                if (isIn(text)) {
                    return true;
                }
                before = text.substring(Math.max(0, text.length() - word.length()));
            }
            return false;
        } catch (NoSuchFileException e) {
            return false; // the server has removed it meanwhile
        }
    }
}
