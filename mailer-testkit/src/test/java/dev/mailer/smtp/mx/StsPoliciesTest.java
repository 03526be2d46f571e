// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailer.testkit.TestClock;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a policy is fetched, kept, renewed and given up. */
class StsPoliciesTest {
    private static final String RECORD = "_mta-sts.example.com";

    private final ScriptedDnsServer server =
            ScriptedDnsServer.start().ttl(Duration.ZERO).negativeTtl(Duration.ZERO);
    private final TestClock clock = TestClock.now();
    private final StubResolver dns = Answers.resolver(clock, server);
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile String text = policy("enforce", "604800");
    private volatile boolean isDown;
    private final StsPolicies policies = new StsPolicies(dns, this::fetch, clock);

    @AfterEach
    void close() {
        dns.close();
        server.close();
    }

    @Test
    void without_a_record_nothing_is_fetched() {
        assertThat(decision()).isEqualTo(StsDecision.NONE);
        assertThat(policies.of("[192.0.2.1]", Answers.soon())).isEqualTo(StsDecision.NONE);

        assertThat(fetches).hasValue(0);
    }

    @Test
    void a_policy_is_fetched_once_for_an_id() {
        publish("1");

        assertThat(decision().mode()).isEqualTo(StsMode.ENFORCE);
        assertThat(decision().allows("mx.example.com")).isTrue();
        assertThat(decision().allows("mx.example.net")).isFalse();
        assertThat(fetches).hasValue(1);
    }

    @Test
    void another_id_means_another_policy() {
        publish("1");
        decision();
        publish("2");
        text = policy("testing", "604800");

        assertThat(decision().mode()).isEqualTo(StsMode.TESTING);
        assertThat(fetches).hasValue(2);
    }

    @Test
    void a_policy_outlives_its_record() {
        publish("1");
        decision();

        server.remove(RECORD);
        later(Duration.ofDays(3));
        assertThat(decision().mode()).isEqualTo(StsMode.ENFORCE);
        server.always(RECORD, DnsReaction.servfail());
        later(Duration.ofDays(3));
        assertThat(decision().mode()).isEqualTo(StsMode.ENFORCE);
        later(Duration.ofDays(1));
        assertThat(decision().mode()).as("its life is over").isEqualTo(StsMode.NONE);
    }

    @Test
    void a_policy_is_kept_when_a_new_one_cannot_be_had() {
        publish("1");
        decision();
        publish("2");
        isDown = true;

        assertThat(decision().mode()).isEqualTo(StsMode.ENFORCE);
        assertThat(decision().problem()).isEqualTo(TlsResult.STS_POLICY_FETCH_ERROR);
        assertThat(fetches).as("not again at once").hasValue(2);
        isDown = false;
        text = "no policy";
        later(StsPolicies.PAUSE);
        assertThat(decision().problem()).isEqualTo(TlsResult.STS_POLICY_INVALID);
        assertThat(decision().mode()).isEqualTo(StsMode.ENFORCE);
        text = policy("none", "86400");
        later(StsPolicies.PAUSE);
        assertThat(decision().mode()).isEqualTo(StsMode.NONE);
        assertThat(decision().problem()).isNull();
    }

    @Test
    void without_a_policy_a_failed_fetch_hinders_nobody() {
        publish("1");
        isDown = true;

        assertThat(decision()).isEqualTo(new StsDecision(null, TlsResult.STS_POLICY_FETCH_ERROR));
        assertThat(decision().allows("anything.example")).isTrue();
    }

    @Test
    void a_new_id_is_not_held_up_by_the_failure_of_the_one_before() {
        publish("1");
        isDown = true;
        decision();
        isDown = false;
        publish("2");

        assertThat(decision().mode()).isEqualTo(StsMode.ENFORCE);
    }

    @Test
    void a_policy_is_renewed_before_its_end() {
        publish("1");
        decision();

        later(StsPolicies.RENEW_AFTER.minusSeconds(1));
        decision();
        assertThat(fetches).hasValue(1);
        later(Duration.ofSeconds(1));
        decision();
        assertThat(fetches).hasValue(2);
        later(Duration.ofDays(6));
        server.remove(RECORD);
        assertThat(decision().mode()).as("from the renewal on").isEqualTo(StsMode.ENFORCE);
    }

    @Test
    void a_short_life_is_renewed_at_its_half_and_none_at_all_is_for_one_mail() {
        text = policy("enforce", "100");
        publish("1");
        decision();
        later(Duration.ofSeconds(50));
        decision();
        assertThat(fetches).hasValue(2);

        text = policy("enforce", "0");
        publish("2");
        assertThat(decision().mode()).isEqualTo(StsMode.ENFORCE);
        assertThat(decision().mode()).isEqualTo(StsMode.ENFORCE);
        assertThat(fetches).hasValue(4);
    }

    @Test
    void of_many_threads_one_fetches() throws Exception {
        publish("1");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        StsPolicies slow = new StsPolicies(
                dns,
                (domain, deadline) -> {
                    inside.countDown();
                    try {
                        assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return fetch(domain, deadline);
                },
                clock);
        AtomicInteger asking = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<StsDecision>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    asking.incrementAndGet();
                    return slow.of("example.com", Answers.soon());
                }));
            }
            assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
            await().atMost(Answers.PATIENCE).until(() -> asking.get() == 4);
            assertThat(slow.of("example.com", Deadline.in(Answers.SHORT)).problem())
                    .as("nobody waits beyond its deadline")
                    .isEqualTo(TlsResult.STS_POLICY_FETCH_ERROR);
            go.countDown();
            for (Future<StsDecision> one : all) {
                assertThat(one.get(60, TimeUnit.SECONDS).mode()).isEqualTo(StsMode.ENFORCE);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(fetches).hasValue(1);
    }

    private StsDecision decision() {
        return policies.of("example.com", Answers.soon());
    }

    private void publish(String id) {
        server.remove(RECORD).txt(RECORD, "v=STSv1; id=" + id);
        later(StubResolver.MIN_TTL);
    }

    private void later(Duration time) {
        clock.advance(time);
    }

    private String fetch(String domain, Deadline deadline) throws PolicyException {
        fetches.incrementAndGet();
        assertThat(domain).isEqualTo("example.com");
        assertThat(deadline.isOver()).isFalse();
        if (isDown) {
            throw new PolicyException(TlsResult.STS_POLICY_FETCH_ERROR, "down", null);
        }
        return text;
    }

    private static String policy(String mode, String maxAge) {
        return "version: STSv1\nmode: " + mode + "\nmx: mx.example.com\nmax_age: " + maxAge + "\n";
    }
}
