// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Email;
import dev.mailer.api.MessageId;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.spi.ContentStore;
import dev.mailer.api.spi.Draft;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.OutboxStore;
import dev.mailer.api.spi.SendInterceptor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An interceptor says of each mail whether its recipients get submissions of their own. */
class PerRecipientTest {
    private static final String[] TO = {"a@example.org", "b@example.org", "c@example.org", "d@example.org"};

    private final StubTransport transport = new StubTransport();

    @Test
    void recipients_share_a_submission_unless_the_mail_depends_on_them() {
        try (Rig rig = rig(new Marking(false))) {
            await(rig, rig.send(Rig.mail(TO).header("X-Shared", "yes")));

            assertThat(transport.tried()).hasSize(1);
            assertThat(transport.tried().get(0).recipients()).hasSize(TO.length);
        }
    }

    @Test
    void each_gets_its_own_where_it_does() {
        try (Rig rig = rig(draft -> draft.addHeader("X-Before", "1"), new Marking(false))) {
            MessageId id = rig.send(Rig.mail(TO));
            await(rig, id);

            assertThat(transport.tried())
                    .hasSize(TO.length)
                    .allSatisfy(t -> assertThat(t.recipients()).hasSize(1));
            List<String> marks = transport.tried().stream()
                    .map(t -> new String(t.content().toByteArray(), StandardCharsets.US_ASCII)
                            .replaceAll("(?s).*X-For: (\\S+).*", "$1"))
                    .sorted()
                    .toList();
            assertThat(marks).containsExactly(TO);
        }
    }

    @Test
    void where_most_mail_is_so_nothing_is_begun_for_several() {
        try (Rig rig = rig(new Marking(true))) {
            MessageId id = rig.send(Rig.mail(TO));
            await(rig, id);

            assertThat(transport.tried()).hasSize(TO.length);
            for (String to : TO) {
                assertThat(rig.delivery(id, to).attempts()).isEqualTo(1);
            }
        }
    }

    @Test
    void the_content_is_read_once_for_the_recipients_of_a_claim() {
        try (Rig rig = new Rig()) {
            AtomicInteger opened = new AtomicInteger();
            OutboxStore store = countingOpens(rig.store(), opened);
            rig.store(store)
                    .with(m -> m.transport(transport)
                            .install(MailerPlugin.of("interceptors", p -> p.interceptor(new Marking(true)))));
            String raw = "From: shop@example.com\r\nSubject: Your order\r\n\r\n%s"
                    .formatted("It is on its way.\r\n".repeat(20_000));

            MessageId id = rig.send(
                    Email.builder().from("shop@example.com").to(TO).raw(raw.getBytes(StandardCharsets.US_ASCII)));
            await(rig, id);

            assertThat(transport.tried()).hasSize(TO.length);
            assertThat(opened).hasValue(1);
        }
    }

    /** The raw message is content of its own, which is opened whenever the mail is decoded. */
    private static OutboxStore countingOpens(OutboxStore store, AtomicInteger opened) {
        ContentStore contents = store.contents();
        ContentStore counted = proxy(ContentStore.class, (proxy, method, args) -> {
            if (method.getName().equals("open")) {
                opened.incrementAndGet();
            }
            return method.invoke(contents, args);
        });
        return proxy(
                OutboxStore.class,
                (proxy, method, args) -> method.getName().equals("contents") ? counted : method.invoke(store, args));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static void await(Rig rig, MessageId id) {
        MessageStatus status = rig.mailer().await(id, Duration.ofSeconds(60));
        assertThat(Objects.requireNonNull(status).isSent()).as("%s", status).isTrue();
    }

    private Rig rig(SendInterceptor... interceptors) {
        return new Rig()
                .with(m -> m.transport(transport).install(MailerPlugin.of("interceptors", p -> {
                    for (SendInterceptor interceptor : interceptors) {
                        p.interceptor(interceptor);
                    }
                })));
    }

    /** Marks what is not shared. */
    private record Marking(boolean usual) implements SendInterceptor {
        @Override
        public boolean usuallyPerRecipient(String tenant, String stream) {
            return usual;
        }

        @Override
        public boolean perRecipient(Draft draft) {
            return draft.header("X-Shared") == null;
        }

        @Override
        public void edit(Draft draft) {
            if (perRecipient(draft)) {
                assertThat(draft.recipients()).hasSize(1);
                draft.addHeader("X-For", draft.recipients().get(0).address().spec());
            }
        }
    }
}
