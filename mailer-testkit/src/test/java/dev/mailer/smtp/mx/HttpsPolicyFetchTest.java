// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.mailer.testkit.TestClock;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import dev.mailer.testkit.smtp.TestTls;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real HTTPS server, found by a real name server. */
class HttpsPolicyFetchTest {
    private static final String POLICY = "version: STSv1\nmode: none\nmax_age: 60\n";
    private static final MxSettings OPEN = new MxSettings(Set.of(), Set.of(), true, AddressChoice.INTERLEAVED);
    private static final AtomicReference<String> TYPE = new AtomicReference<>();
    private static final AtomicReference<Integer> STATUS = new AtomicReference<>();
    private static final AtomicReference<String> BODY = new AtomicReference<>();
    private static final AtomicReference<String> SEEN = new AtomicReference<>();
    private static TestTls tls;
    private static HttpsServer web;
    private static ExecutorService threads;

    private final ScriptedDnsServer names = ScriptedDnsServer.start();
    private final StubResolver dns = Answers.resolver(TestClock.now(), names);

    @BeforeAll
    static void start() throws Exception {
        tls = TestTls.forNames("mta-sts.example.com");
        threads = Executors.newCachedThreadPool();
        web = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.setHttpsConfigurator(new HttpsConfigurator(tls.serverContext()));
        web.setExecutor(threads);
        web.createContext("/", exchange -> {
            SEEN.set(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI());
            byte[] body = BODY.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", TYPE.get());
            exchange.getResponseHeaders().add("Location", "https://mta-sts.example.com/other");
            exchange.sendResponseHeaders(STATUS.get(), 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        web.start();
    }

    @AfterAll
    static void stop() {
        web.stop(0);
        threads.shutdownNow();
    }

    @AfterEach
    void close() {
        dns.close();
        names.close();
    }

    @Test
    void a_policy_is_fetched_from_its_host_and_place() throws Exception {
        answer(200, "text/plain; charset=us-ascii", POLICY);
        names.address("mta-sts.example.com", "127.0.0.1");

        assertThat(fetch(OPEN).fetch("example.com", Answers.soon())).isEqualTo(POLICY);
        assertThat(SEEN.get()).isEqualTo("GET mta-sts.example.com/.well-known/mta-sts.txt");
    }

    @Test
    void a_redirect_is_not_followed() {
        answer(302, "text/plain", POLICY);

        assertThat(failure(OPEN)).hasMessage("mta-sts.example.com answered 302; expected 200");
    }

    @Test
    void another_type_is_no_policy() {
        answer(200, "text/html", POLICY);

        assertThat(failure(OPEN)).hasMessage("mta-sts.example.com answered with 'text/html'; expected text/plain");
    }

    @Test
    void a_long_answer_is_no_policy() {
        answer(200, "text/plain", POLICY + "x: y\n".repeat(20_000));

        assertThat(failure(OPEN)).hasMessageContaining("longer than 65536");
    }

    @Test
    void an_address_that_is_not_public_is_not_connected_to() {
        answer(200, "text/plain", POLICY);

        assertThat(failure(MxSettings.DEFAULT)).hasMessage("no public address is known for mta-sts.example.com");
    }

    @Test
    void a_certificate_for_another_host_is_told_apart() {
        answer(200, "text/plain", POLICY);
        names.address("mta-sts.example.org", "127.0.0.1");

        PolicyException e =
                catchThrowableOfType(PolicyException.class, () -> fetch(OPEN).fetch("example.org", Answers.soon()));

        assertThat(e.result()).isEqualTo(TlsResult.STS_WEBPKI_INVALID);
        assertThat(e).hasMessageStartingWith("the certificate of mta-sts.example.org does not verify: ");
    }

    @Test
    void an_authority_that_nobody_knows_is_told_apart() throws Exception {
        answer(200, "text/plain", POLICY);
        names.address("mta-sts.example.com", "127.0.0.1");
        SSLContext platform = SSLContext.getDefault();
        HttpsPolicyFetch wary =
                new HttpsPolicyFetch(dns, OPEN, () -> platform, web.getAddress().getPort());

        PolicyException e =
                catchThrowableOfType(PolicyException.class, () -> wary.fetch("example.com", Answers.soon()));

        assertThat(e.result()).isEqualTo(TlsResult.STS_WEBPKI_INVALID);
    }

    @Test
    void a_server_that_says_nothing_ends_by_the_deadline() throws Exception {
        names.address("mta-sts.example.com", "127.0.0.1");
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            HttpsPolicyFetch patient = new HttpsPolicyFetch(dns, OPEN, tls::clientContext, silent.getLocalPort());

            assertThatThrownBy(() -> patient.fetch("example.com", Deadline.in(Answers.SHORT.multipliedBy(4))))
                    .isInstanceOf(PolicyException.class)
                    .hasMessageStartingWith("mta-sts.example.com did not answer: ");
        }
    }

    @Test
    @Timeout(60)
    void a_server_that_makes_us_write_inside_tls_and_never_reads_is_left() throws Exception {
        names.address("mta-sts.example.com", "127.0.0.1");
        try (SSLServerSocket greedy = (SSLServerSocket) tls.serverContext()
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var unused = threads.submit(() -> askForKeyUpdates(greedy));
            HttpsPolicyFetch fetch = new HttpsPolicyFetch(dns, OPEN, tls::clientContext, greedy.getLocalPort());

            assertThatThrownBy(() -> fetch.fetch("example.com", Deadline.in(Duration.ofSeconds(50))))
                    .isInstanceOf(PolicyException.class)
                    .rootCause()
                    .hasMessageContaining("made us send more than a question has");
        }
    }

    /** In TLS 1.3 each further handshake is a request to change keys, which the other side answers. */
    private static Void askForKeyUpdates(SSLServerSocket listener) throws IOException {
        try (SSLSocket client = (SSLSocket) listener.accept()) {
            client.startHandshake();
            for (int i = 0; i < 100_000; i++) {
                client.startHandshake();
            }
        }
        return null;
    }

    @Test
    void a_host_without_addresses_is_a_failure() {
        assertThatThrownBy(() -> fetch(OPEN).fetch("example.net", Answers.soon()))
                .isInstanceOf(PolicyException.class)
                .hasMessage("no public address is known for mta-sts.example.net");
    }

    private PolicyException failure(MxSettings settings) {
        names.address("mta-sts.example.com", "127.0.0.1");
        PolicyException e = catchThrowableOfType(
                PolicyException.class, () -> fetch(settings).fetch("example.com", Answers.soon()));
        assertThat(e.result()).isEqualTo(TlsResult.STS_POLICY_FETCH_ERROR);
        return e;
    }

    private HttpsPolicyFetch fetch(MxSettings settings) {
        return new HttpsPolicyFetch(
                dns, settings, tls::clientContext, web.getAddress().getPort());
    }

    private static void answer(int status, String type, String body) {
        STATUS.set(status);
        TYPE.set(type);
        BODY.set(body);
    }
}
