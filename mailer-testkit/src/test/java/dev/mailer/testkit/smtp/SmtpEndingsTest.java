// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that answer RSET and QUIT badly, when all that matters is settled. */
@ParameterizedClass(name = "pipelined: {0}")
@ValueSource(booleans = {true, false})
class SmtpEndingsTest {
    /** More than a goodbye may take, and less than a reply that matters. */
    private static final Duration SOON = Duration.ofMinutes(1);

    private final ScriptedSmtpServer server;

    SmtpEndingsTest(boolean pipelined) {
        this.server = Clients.server(pipelined);
    }

    @AfterEach
    void close() {
        server.close();
    }

    static Stream<Arguments> endings() {
        return Stream.of(
                Arguments.of("drop", Reaction.drop()),
                Arguments.of("stall", Reaction.stall()),
                Arguments.of("drip", Reaction.drip(Duration.ofMillis(200))),
                Arguments.of("4xx", Reaction.reply("451 4.3.0 later")),
                Arguments.of("5xx", Reaction.reply("554 5.3.0 no")),
                Arguments.of("421", Reaction.reply("421 4.3.2 bye")),
                Arguments.of("garbage", Reaction.raw("?\r\n")),
                Arguments.of("long line", Reaction.longLine(1 << 20)),
                Arguments.of("endless", Reaction.endless()),
                Arguments.of("cut", Reaction.rawAndDrop("250-x\r\n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    void an_error_at_quit_or_rset_changes_nothing_and_holds_nobody_up(String fault, Reaction reaction) {
        server.once(Stage.QUIT, reaction).once(Stage.RSET, reaction).replyTo("gone@example.org", "550 5.1.1 no");
        Transport transport = Clients.of(server.uri() + "?readTimeout=5m");
        try {
            Outcome gone =
                    Clients.send(transport, TestMail.to("gone@example.org")).only();
            Outcome taken =
                    Clients.send(transport, TestMail.to("jo@example.org")).only();

            assertThat(gone.kind()).isEqualTo(Kind.REJECTED);
            assertThat(taken.kind()).isEqualTo(Kind.ACCEPTED);
        } finally {
            long start = System.nanoTime();
            transport.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
        assertThat(server.mails()).hasSize(1);
        assertThat(server.sessions().get(0).commands()).contains("RSET");
        await().atMost(Clients.PATIENCE)
                .untilAsserted(() -> assertThat(server.sessions())
                        .anySatisfy(s -> assertThat(s.commands()).endsWith("QUIT")));
    }

    @Test
    void servers_that_never_answer_quit_hold_up_closing_once_and_not_each() throws Exception {
        int connections = 8;
        server.always(Stage.QUIT, Reaction.stall());
        ExecutorService executor = Executors.newFixedThreadPool(connections);
        CyclicBarrier together = new CyclicBarrier(connections);
        try {
            Transport transport = Clients.of(server.uri() + "?" + Clients.FAST);
            List<Future<Outcome>> all = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                all.add(executor.submit(() -> Clients.send(
                                transport, TestMail.to("jo@example.org").body(out -> {
                                    awaitAll(together);
                                    out.write("Hello.\r\n".getBytes(StandardCharsets.US_ASCII));
                                }))
                        .only()));
            }
            for (Future<Outcome> one : all) {
                assertThat(one.get(60, TimeUnit.SECONDS).kind()).isEqualTo(Kind.ACCEPTED);
            }
            long start = System.nanoTime();

            transport.close();

            // two seconds each
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            assertThat(server.sessions()).hasSize(connections);
            assertThat(server.awaitEnd(Duration.ofMillis(1))).isFalse();
            await().atMost(Clients.PATIENCE)
                    .untilAsserted(() -> assertThat(server.sessions())
                            .allSatisfy(s -> assertThat(s.commands()).endsWith("QUIT")));
        } finally {
            executor.shutdownNow();
        }
    }

    private static void awaitAll(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IOException(e);
        }
    }
}
