// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.Address;
import dev.mailer.api.Email;
import dev.mailer.api.Failure;
import dev.mailer.api.MessageId;
import dev.mailer.api.Phase;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.Destination;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Recipient;
import dev.mailer.api.spi.SecretSource;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.WireCapabilities;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Submissions, outcomes and a context for the tests of this package. */
final class Submissions {
    static final Instant NOW = Instant.parse("2026-09-05T03:04:05.678901Z");
    static final String MIME = "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nOne\r\nTwo\r\n";

    private Submissions() {}

    /** The bytes of a mail, or the failure to give them. */
    @FunctionalInterface
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    record Fake(
            MessageId messageId,
            Destination destination,
            @Nullable Address sender,
            List<Recipient> recipients,
            Body body)
            implements Submission {
        @Override
        public String messageIdHeader() {
            return "<" + messageId + "@mailer.example>";
        }

        @Override
        public String idempotencyKey() {
            return "key-of-" + messageId;
        }

        @Override
        public long size(WireCapabilities capabilities) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                body.writeTo(out);
            } catch (IOException e) {
                return -1;
            }
            return out.size();
        }

        @Override
        public boolean needsSmtpUtf8() {
            return false;
        }

        @Override
        public void writeTo(OutputStream out, WireCapabilities capabilities) throws IOException {
            body.writeTo(out);
        }

        @Override
        public Email email() {
            return Email.builder()
                    .from("shop@example.com")
                    .to("jo@example.org")
                    .subject("Hello")
                    .text("Hello")
                    .build();
        }

        Fake body(Body other) {
            return new Fake(messageId, destination, sender, recipients, other);
        }

        Fake sender(@Nullable Address other) {
            return new Fake(messageId, destination, other, recipients, body);
        }

        Fake destination(Destination other) {
            return new Fake(messageId, other, sender, recipients, body);
        }
    }

    /** To {@code 1@example.org}, {@code 2@example.org} … with these as ids of the deliveries. */
    static Fake to(long... deliveries) {
        List<Recipient> recipients = new ArrayList<>();
        for (long id : deliveries) {
            recipients.add(new Recipient(id, Address.of(id + "@example.org"), 1));
        }
        return of(new MessageId(new UUID(0x01977d3e5a007000L, 0x8000000000000000L | deliveries[0])), recipients);
    }

    static Fake of(MessageId id, List<Recipient> recipients) {
        return new Fake(
                id,
                new Destination("anywhere"),
                Address.of("shop@example.com"),
                recipients,
                out -> out.write(MIME.getBytes(StandardCharsets.UTF_8)));
    }

    static Failure failure(String reason) {
        return Failure.builder(reason, Phase.CONNECT).text(reason + " it is").build();
    }

    static Outcome deferred(Outcome.Scope scope) {
        return Outcome.deferred(scope, failure("deferred-for-" + scope.name().toLowerCase(Locale.ROOT)), null);
    }

    static TransportContext context() {
        return new TransportContext() {
            private final Random random = new Random(1);

            @Override
            public InstantSource clock() {
                return InstantSource.fixed(NOW);
            }

            @Override
            public RandomGenerator random() {
                return random;
            }

            @Override
            public ThreadFactory threads() {
                return Thread::new;
            }

            @Override
            public SecretSource secrets() {
                return name -> Secret.of("secret");
            }

            @Override
            public String hostName() {
                return "mail/er:1.example";
            }
        };
    }
}
