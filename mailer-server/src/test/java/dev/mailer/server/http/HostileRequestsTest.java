// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.spi.HttpEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What anybody can send who reaches the port. */
@Timeout(120)
class HostileRequestsTest {
    /** More than the server has threads. */
    private static final int MANY = 300;

    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

    private final FakeEngine engine = new FakeEngine();
    private final List<Socket> sockets = new ArrayList<>();

    @TempDir
    private Path folder;

    private ServerUnderTest server;

    /** Says what it was asked. */
    private static final class Echo implements HttpEndpoint {
        @Override
        public String path() {
            return "/u";
        }

        @Override
        public Response handle(Request request) {
            return Response.text(
                    200,
                    request.method() + " " + request.query() + " "
                            + request.body().asUtf8());
        }
    }

    @BeforeEach
    void start() {
        engine.endpoints.add(new Echo());
        server = new ServerUnderTest(folder, engine, Duration.ZERO);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/u/%u0041", "/u/a;%zz", "/v1/emails/%u0041", "/v1/emails/a;b=%z"})
    void a_path_that_cannot_be_decoded_is_refused_and_not_logged(String path) throws IOException {
        try (LogUnderTest log = new LogUnderTest()) {
            assertThat(answer("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ");
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void a_parameter_that_cannot_be_decoded_is_nothing_to_a_link_and_an_error_to_the_api() throws IOException {
        try (LogUnderTest log = new LogUnderTest()) {
            assertThat(answer("GET /u/x?a=%zz&b=c HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("GET {b=c}");
            assertThat(answer(
                            "DELETE /v1/suppressions/jo@example.org?stream=%zz HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                                    + server.key + "\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 422 ")
                    .contains("`stream` is not percent-encoded");
            assertThat(log.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/u/x", "/v1/emails"})
    void a_body_that_is_none_is_the_senders_fault_and_not_logged(String path) throws IOException {
        try (LogUnderTest log = new LogUnderTest()) {
            for (String chunk : List.of("zz\r\n", "-1\r\n", "ffffffffffffffff\r\n")) {
                assertThat(answer("POST " + path + " HTTP/1.1\r\nHost: a\r\n" + FORM + "Authorization: Bearer "
                                + server.key + "\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk))
                        .startsWith("HTTP/1.1 400 ");
            }
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void a_form_comes_whole_to_an_endpoint_in_either_way() throws IOException {
        String both = "POST /u/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + FORM;
        assertThat(answer(both + "Content-Length: 3\r\n\r\na=b")).contains("POST {} a=b");
        assertThat(answer(both + "Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"))
                .contains("POST {} a=b");
    }

    @Test
    void forms_that_come_slowly_keep_no_thread() throws IOException {
        for (int i = 0; i < MANY; i++) {
            begin("POST /u/x HTTP/1.1\r\nHost: a\r\n" + FORM + "Content-Length: 100\r\n\r\nab");
        }

        assertThat(server.get("/v1/emails").status()).isEqualTo(200);
        assertThat(server.exchange(server.request("/u/x")
                                .POST(HttpRequest.BodyPublishers.ofString("List-Unsubscribe=One-Click")))
                        .body())
                .contains("POST {} List-Unsubscribe=One-Click");
    }

    @Test
    void more_forms_than_there_is_memory_for_leave_the_api_alone() throws IOException {
        for (int i = 0; i < QuickBodies.TOGETHER + MANY; i++) {
            begin("POST /u/x HTTP/1.1\r\nHost: a\r\n" + FORM + "Content-Length: 100\r\n\r\nab");
        }

        assertThat(server.get("/v1/emails").status()).isEqualTo(200);
        assertThat(server.get("/u/x").status()).isEqualTo(200);
        assertThat(server.post("/v1/emails", "{}").status()).isEqualTo(422);
    }

    @Test
    void a_form_gives_its_place_back() throws IOException {
        for (int i = 0; i < QuickBodies.TOGETHER + MANY; i++) {
            assertThat(answer("POST /u/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + FORM
                            + "Content-Length: 3\r\n\r\na=b"))
                    .contains("POST {} a=b");
        }
    }

    @Test
    void bodies_of_unknown_length_that_come_slowly_leave_threads_and_memory_to_the_api() throws IOException {
        for (int i = 0; i < MANY; i++) {
            begin("POST /u/x HTTP/1.1\r\nHost: a\r\n" + FORM + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
        }

        assertThat(server.get("/v1/emails").status()).isEqualTo(200);
        assertThat(server.post("/v1/emails", "{}").status()).isEqualTo(422);
    }

    private String answer(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void begin(String request) throws IOException {
        Socket socket = connect();
        sockets.add(socket);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.server.port());
    }
}
