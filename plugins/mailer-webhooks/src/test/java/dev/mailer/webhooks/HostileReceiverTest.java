// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.NetworkRules;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Receivers that would keep a sender busy for ever. */
@Timeout(120)
class HostileReceiverTest {
    @FunctionalInterface
    private interface Script {
        void run(Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    @Test
    void an_answer_without_end_is_cut_off_behind_its_beginning() throws Exception {
        Answer answer = post("http", Duration.ofSeconds(60), (socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] junk = "x".repeat(4096).getBytes(StandardCharsets.US_ASCII);
            while (true) {
                out.write(junk);
            }
        });

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.excerpt()).isEqualTo("x".repeat(Excerpt.MOST));
    }

    @Test
    void headers_that_drip_end_with_the_time_for_all() throws Exception {
        Answer answer = post("http", Duration.ofSeconds(2), (socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            drip(out, "X-A: b\r\n");
        });

        assertThat(answer.status()).isZero();
        assertThat(answer.result()).isEqualTo("timeout");
    }

    @Test
    void a_body_that_drips_is_cut_off_and_the_status_counts() throws Exception {
        Answer answer = post("http", Duration.ofSeconds(2), (socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            drip(out, "x");
        });

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.excerpt()).startsWith("x");
    }

    @Test
    void headers_without_end_are_not_kept() throws Exception {
        Answer answer = post("http", Duration.ofSeconds(5), (socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            byte[] junk = "x".repeat(4096).getBytes(StandardCharsets.US_ASCII);
            while (true) {
                out.write(junk);
            }
        });

        assertThat(answer.succeeded()).isFalse();
        assertThat(answer.result()).isIn("broken", "timeout");
    }

    @Test
    void tls_that_hangs_ends() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Answer answer = post("https", Duration.ofSeconds(2), (socket, out) -> end.await());
        end.countDown();

        assertThat(answer.result()).isEqualTo("timeout");
    }

    @Test
    void plain_text_where_tls_was_expected_fails() throws Exception {
        Answer answer = post(
                "https",
                Duration.ofSeconds(20),
                (socket, out) -> out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

        assertThat(answer.result()).isEqualTo("tls");
    }

    @Test
    void a_look_up_that_hangs_ends_with_the_time_for_all_and_holds_up_no_other_name() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger lookups = new AtomicInteger();
        AddressLookup slow = host -> {
            if (host.startsWith("slow")) {
                lookups.incrementAndGet();
                awaitUninterruptibly(end);
            }
            return InetAddress.getAllByName("127.0.0.1");
        };
        NetworkRules networks = NetworkRules.allowing(List.of("127.0.0.1"));
        try (Receiver receiver = new Receiver();
                HttpSender sender = new HttpSender(
                        new CheckedAddresses(slow, networks), null, Duration.ofSeconds(2), InstantSource.system())) {
            for (int i = 0; i < 2; i++) {
                assertThat(sender.post(url("slow.example.com", receiver), Map.of(), new byte[0])
                                .result())
                        .isEqualTo("timeout");
            }
            assertThat(lookups).as("of one name one at a time").hasValue(1);
            Rig.until(
                    "another is told",
                    () -> sender.post(url("quick.example.com", receiver), Map.of(), new byte[0])
                            .succeeded());
            end.countDown();
            Rig.until(
                    "it is looked up again",
                    () -> sender.post(url("slow.example.com", receiver), Map.of(), new byte[0])
                            .succeeded());
        } finally {
            end.countDown();
        }
    }

    /** A name may have as many addresses as its owner likes, and each may swallow what is sent to it. */
    @Test
    void a_name_with_many_addresses_that_do_not_answer_ends_with_the_time_for_all() throws Exception {
        AddressLookup many = host -> {
            InetAddress[] addresses = new InetAddress[250];
            Arrays.fill(addresses, InetAddress.getLoopbackAddress());
            return addresses;
        };
        NetworkRules networks = NetworkRules.allowing(List.of("127.0.0.1"));
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"));
                Silence silence = Silence.at(full);
                HttpSender sender = new HttpSender(
                        new CheckedAddresses(many, networks), null, Duration.ofSeconds(2), InstantSource.system())) {
            URI url = URI.create("http://many.example.com:" + full.getLocalPort() + "/");

            assertThat(sender.post(url, Map.of(), new byte[0]).result()).isEqualTo("timeout");
            assertThat(silence.isKept()).isTrue();
        }
    }

    /** Connections that fill the queue of a listener which takes none, so that the system answers no further one. */
    private record Silence(List<Socket> sockets, ServerSocket full) implements AutoCloseable {
        static Silence at(ServerSocket full) throws IOException {
            Silence silence = new Silence(new ArrayList<>(), full);
            while (!silence.isKept()) {
                assertThat(silence.sockets).as("the queue is not filled").hasSizeLessThan(50);
            }
            return silence;
        }

        /** True when a connection is not answered. */
        boolean isKept() throws IOException {
            Socket socket = new Socket();
            sockets.add(socket);
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()), 1_000);
                return false;
            } catch (SocketTimeoutException e) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void interim_answers_without_end_end_with_the_time_for_all() throws Exception {
        Answer answer = post("http", Duration.ofSeconds(2), (socket, out) -> {
            byte[] early = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            while (true) {
                out.write(early);
            }
        });

        assertThat(answer.result()).isEqualTo("timeout");
    }

    private static URI url(String host, Receiver receiver) {
        return URI.create("http://" + host + ":" + receiver.port() + "/");
    }

    private static void awaitUninterruptibly(CountDownLatch end) {
        boolean ended = false;
        while (!ended) {
            try {
                end.await();
                ended = true;
            } catch (InterruptedException e) {
                // as a resolver of the system, it does not listen
                ended = end.getCount() == 0;
            }
        }
    }

    @Test
    void a_connection_that_breaks_is_no_success() throws Exception {
        assertThat(post("http", Duration.ofSeconds(20), (socket, out) -> {}).result())
                .isEqualTo("broken");
    }

    @Test
    void what_acts_on_a_terminal_is_written_out() {
        assertThat(Excerpt.of("a\u0000\u001b[2J\u202e\u2066b\r\nc\u00e9".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a\\u0000\\u001b[2J\\u202e\\u2066b\\u000d\\u000ac\u00e9");
        assertThat(Excerpt.of(new byte[] {(byte) 0xff, 'a'})).isEqualTo("\ufffda");
    }

    /** As slow as it can be without a pause of its own: each octet goes when the one before has arrived. */
    private static void drip(OutputStream out, String text) throws IOException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 10_000; i++) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            boolean unused = never.await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
        }
    }

    private static Answer post(String scheme, Duration timeout, Script script) throws Exception {
        NetworkRules networks = NetworkRules.allowing(List.of("127.0.0.1"));
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                HttpSender sender = new HttpSender(
                        new CheckedAddresses(InetAddress::getAllByName, networks),
                        null,
                        timeout,
                        InstantSource.system())) {
            Thread thread = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    byte[] unused = socket.getInputStream().readNBytes(10);
                    script.run(socket, socket.getOutputStream());
                } catch (IOException e) {
                    // it was cut off
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.setDaemon(true);
            thread.start();
            URI url = URI.create(scheme + "://127.0.0.1:" + server.getLocalPort() + "/");
            Answer answer = sender.post(url, Map.of(), "{}".getBytes(StandardCharsets.US_ASCII));
            return answer;
        }
    }
}
