// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import dev.mailer.api.Email;
import dev.mailer.core.EncryptionKeys;
import dev.mailer.core.MailerBuilder;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A mailer that sends to a sink over 16 connections; it lives through all rounds. */
final class SendingEngine implements AutoCloseable {
    /** One thing that is measured. */
    interface Case {
        String name();

        /** Submits mails and returns when all are at the sink and, where there is a ledger, settled. */
        void run(int mails, Figures figures) throws Exception;

        /** Looks whether the ledger says the same as the sink; not timed. */
        default void check() throws Exception {}
    }

    private final SmtpSink sink;
    private final MailerEngine mailer;
    private final Connection look;
    private long submitted;

    /** @param keys null for a ledger in the clear */
    SendingEngine(Ledger ledger, @Nullable EncryptionKeys keys, SmtpSink sink) throws Exception {
        this.sink = sink;
        MailerBuilder builder = Mailers.builder()
                .transport("smtp://127.0.0.1:" + sink.port() + "?tls=never&connections=16")
                .store(ledger.url());
        if (keys != null) {
            builder.encryption(keys);
        }
        this.mailer = builder.build();
        this.look = ledger.connect();
    }

    Case of(String name, Supplier<Email> email) {
        return new Case() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void run(int mails, Figures figures) throws Exception {
                long start = System.nanoTime();
                long before = sink.count();
                long[] took = Submitters.send(mailer, mails, email);
                figures.add(name, "accepted mails/s", mails * 1e9 / (System.nanoTime() - start));
                submitted += mails;
                sink.await(before + mails);
                Ledger.awaitSettled(look);
                figures.add(name, "send p50 ms", Figures.percentile(took, 0.5) / 1e6);
                figures.add(name, "send p99 ms", Figures.percentile(took, 0.99) / 1e6);
            }

            @Override
            public void check() throws Exception {
                long sent = Ledger.sent(look);
                if (sent != submitted) {
                    throw new IllegalStateException(submitted + " submitted, but " + sent + " sent");
                }
            }
        };
    }

    @Override
    public void close() throws SQLException {
        look.close();
        mailer.close();
    }
}
