// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.spi.TransportUri;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A host with several addresses: on Linux all of 127.0.0.0/8 is this machine. */
class SessionOpenerTest {
    private final Watchdog watchdog = new Watchdog(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    @AfterEach
    void close() {
        watchdog.close();
    }

    @Test
    void an_address_where_nobody_listens_is_passed_over() throws Exception {
        try (Socket first = deaf("127.0.0.1");
                ServerSocket second = listen("127.0.0.2", first.getLocalPort(), "220 hello")) {
            SmtpSession session =
                    opener(second.getLocalPort(), "127.0.0.1", "127.0.0.2").open(soon());

            assertThat(session.connection().remote()).isEqualTo("h[127.0.0.2]:" + second.getLocalPort());
            session.connection().abort();
        }
    }

    @Test
    void an_address_that_turns_us_away_is_passed_over() throws Exception {
        // the port is found at the address where others have theirs
        try (ServerSocket first = listen("127.0.0.1", "554 5.3.2 go away");
                ServerSocket second = listen("127.0.0.2", first.getLocalPort(), "220 hello")) {
            SmtpSession session =
                    opener(first.getLocalPort(), "127.0.0.1", "127.0.0.2").open(soon());

            assertThat(session.connection().remote()).isEqualTo("h[127.0.0.2]:" + second.getLocalPort());
            session.connection().abort();
        }
    }

    @Test
    void an_address_that_closes_before_tls_is_passed_over() throws Exception {
        try (ServerSocket first = closing("127.0.0.1", 0);
                ServerSocket second = closing("127.0.0.2", first.getLocalPort())) {
            SessionOpener opener = opener("smtps", second.getLocalPort(), "127.0.0.1", "127.0.0.2");

            assertThatThrownBy(() -> opener.open(soon()))
                    .isInstanceOf(SessionException.class)
                    .hasMessageContaining(" at TLS")
                    .hasMessageContaining("h[127.0.0.2]");
        }
    }

    @Test
    void what_a_server_said_is_reported_rather_than_where_none_was() throws Exception {
        try (ServerSocket first = listen("127.0.0.1", "421 4.3.2 go away")) {
            assertThatThrownBy(() -> opener(first.getLocalPort(), "127.0.0.1", "127.0.0.3")
                            .open(soon()))
                    .isInstanceOf(SessionException.class)
                    .hasMessageContaining("421 4.3.2: go away");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "both, '192.0.2.1,2001:db8::1,192.0.2.2'",
        "ipv4, '192.0.2.1,192.0.2.2'",
        "ipv6, '2001:db8::1'",
        "ipv4first, '192.0.2.1,192.0.2.2,2001:db8::1'",
        "IPv6First, '2001:db8::1,192.0.2.1,192.0.2.2'"
    })
    void addresses_are_tried_as_is_asked_for(String ip, String expected) {
        AddressFamily family = settings("smtp://h?ip=" + ip).family();

        assertThat(family.among(List.of(address("192.0.2.1"), address("2001:db8::1"), address("192.0.2.2"))))
                .extracting(InetAddress::getHostAddress)
                .containsExactly(Arrays.stream(expected.split(",", -1))
                        .map(SessionOpenerTest::address)
                        .map(InetAddress::getHostAddress)
                        .toArray(String[]::new));
    }

    @Test
    void addresses_that_are_not_asked_for_are_not_connected_to() throws Exception {
        try (ServerSocket server = listen("127.0.0.1", "220 hello")) {
            SmtpSettings settings = settings("smtp://h:" + server.getLocalPort() + "?ip=ipv6");

            assertThatThrownBy(() -> opener(settings, "127.0.0.1").open(soon()))
                    .isInstanceOf(SessionException.class)
                    .hasMessageContaining("no address is known for h of the kind that option 'ip' asks for");
        }
    }

    @Test
    void the_time_for_all_addresses_is_one() {
        SessionOpener opener = opener(1, "127.0.0.1", "127.0.0.2");

        assertThatThrownBy(() -> opener.open(watchdog.now() - 1))
                .isInstanceOf(SessionException.class)
                .hasMessageContaining("timeout at CONNECT");
    }

    private SessionOpener opener(int port, String... addresses) {
        return opener("smtp", port, addresses);
    }

    private SessionOpener opener(String scheme, int port, String... addresses) {
        return opener(settings(scheme + "://h:" + port), addresses);
    }

    private static SmtpSettings settings(String uri) {
        return SmtpSettings.of(TransportUri.parse(uri), new SmtpTransportFactoryTest.Context());
    }

    private SessionOpener opener(SmtpSettings settings, String... addresses) {
        NameLookup names = host ->
                List.of(addresses).stream().map(SessionOpenerTest::address).toList();
        try {
            SSLContext tls = SSLContext.getDefault();
            return new SessionOpener(settings, () -> tls, names, watchdog);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private long soon() {
        return watchdog.in(Duration.ofSeconds(10));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Has a port there and does not listen, so that nobody else can. */
    private static Socket deaf(String address) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(address(address), 0));
        return socket;
    }

    /** Accepts and closes, as a balancer does that has nobody behind it. */
    private static ServerSocket closing(String address, int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 10, address(address));
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    server.accept().close();
                }
            } catch (IOException e) {
                // the test is over
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private static ServerSocket listen(String address, String greeting) throws IOException {
        return listen(address, 0, greeting);
    }

    /** Greets, and says 250 to everything. */
    private static ServerSocket listen(String address, int port, String greeting) throws IOException {
        ServerSocket server = new ServerSocket(port, 10, address(address));
        Thread thread = new Thread(() -> {
            try (Socket client = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
                OutputStream out = client.getOutputStream();
                out.write((greeting + "\r\n").getBytes(StandardCharsets.US_ASCII));
                while (in.readLine() != null) {
                    out.write("250 ok\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                // the test is over
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }
}
