// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.EventType;
import dev.mailer.api.MailEvent;
import dev.mailer.api.MessageId;
import dev.mailer.api.spi.EventSink;
import dev.mailer.api.spi.MailListener;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners whose place is stored. */
class StoredListenerTest {
    @TempDir
    Path folder;

    private final List<MailEvent> seen = new CopyOnWriteArrayList<>();

    private MailerEngine mailer(MailerPlugin... plugins) {
        var builder = Mailers.builder()
                .store("sqlite:" + folder.resolve("ledger.db"))
                .transport(new StubTransport().answering(tried -> Outcome.accepted("250 ok", null)));
        for (MailerPlugin plugin : plugins) {
            builder.install(plugin);
        }
        return builder.build();
    }

    private static MailerPlugin with(EventSink sink) {
        return new MailerPlugin() {
            @Override
            public String name() {
                return "own";
            }

            @Override
            public void configure(PluginContext context) {
                var unused = context.eventSink(sink);
            }
        };
    }

    private static MailerPlugin with(MailListener listener) {
        return with(EventSink.listener("own", listener));
    }

    private MessageId send(MailerEngine mailer) {
        MessageId id = mailer.send(Rig.mail("jo@example.org").build()).id();
        Rig.until("it is sent", () -> mailer.find(id).isFinal());
        return id;
    }

    @Test
    void one_begins_now_and_goes_on_where_it_was_behind_a_restart() {
        MessageId before;
        MessageId during;
        MessageId without;
        try (MailerEngine mailer = mailer()) {
            before = send(mailer);
        }
        try (MailerEngine mailer = mailer(with(seen::add))) {
            during = send(mailer);
            Rig.until("it is told", () -> seen.size() == 2);
        }
        try (MailerEngine mailer = mailer()) {
            without = send(mailer);
        }

        try (MailerEngine mailer = mailer(with(seen::add))) {
            Rig.until("the rest is told", () -> seen.size() == 4);
            assertThat(mailer.find(without)).isNotNull();
        }

        assertThat(seen).extracting(MailEvent::messageId).containsExactly(during, during, without, without);
        assertThat(seen).extracting(MailEvent::messageId).doesNotContain(before);
    }

    @Test
    void one_may_begin_with_what_is_kept() {
        MessageId before;
        try (MailerEngine mailer = mailer()) {
            before = send(mailer);
        }

        try (MailerEngine mailer = mailer(with(EventSink.listener("own", seen::add, EventSink.Start.EARLIEST)))) {
            Rig.until("it is told", () -> seen.size() == 2);
            assertThat(mailer.find(before)).isNotNull();
        }

        assertThat(seen).extracting(MailEvent::messageId).containsOnly(before);
    }

    @Test
    void an_exception_repeats_its_event_and_loses_none() {
        AtomicInteger failures = new AtomicInteger(2);
        try (MailerEngine mailer = mailer(with(event -> {
            if (event.type() == EventType.SENT && failures.getAndDecrement() > 0) {
                throw new IllegalStateException("on purpose");
            }
            seen.add(event);
        }))) {
            send(mailer);
            send(mailer);

            Rig.until("all is told", () -> seen.size() >= 4);
        }

        assertThat(seen).extracting(MailEvent::id).doesNotHaveDuplicates().hasSize(4);
    }
}
