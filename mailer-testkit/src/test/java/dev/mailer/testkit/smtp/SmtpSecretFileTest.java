// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Phase;
import dev.mailer.api.spi.Outcome;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A login whose secret is in a file. */
class SmtpSecretFileTest {
    private static final TestTls TLS = Clients.Shared.TLS;
    private static final String PASSWORD = "s3cr3t-pässword";

    @TempDir
    private Path folder;

    private final ScriptedSmtpServer server = ScriptedSmtpServer.builder()
            .startTls(TLS)
            .credentials("jo", PASSWORD)
            .start();
    private Path file;
    private Transport transport;

    @BeforeEach
    void open() {
        file = folder.resolve("token");
        transport = Clients.trusting(
                TLS, "smtp://jo@127.0.0.1:" + server.port() + "?secretFile=" + file + "&maxMessagesPerConnection=1");
    }

    @AfterEach
    void close() {
        transport.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void it_is_read_at_each_connect(String end) throws IOException {
        Files.writeString(file, "old" + end);
        assertThat(send().failure().reason()).isEqualTo("authentication-rejected");

        Files.writeString(file, PASSWORD + end);
        assertThat(send().kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void a_file_that_holds_no_secret_is_a_missing_secret() throws IOException {
        assertNoSecret(" cannot be read: it is not there");
        Files.createDirectory(file);
        assertNoSecret(" cannot be read: it is no regular file");
        Files.delete(file);
        Files.writeString(file, "\n");
        assertNoSecret(" is empty");
        Files.write(file, new byte[] {(byte) 0xff});
        assertNoSecret(" cannot be read: it is not in UTF-8");
        Files.write(file, new byte[64 * 1024 + 1]);
        assertNoSecret(" cannot be read: it has more than 65536 octets");
    }

    private void assertNoSecret(String problem) {
        Outcome outcome = send();
        assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.MISCONFIGURED);
        assertThat(outcome.failure().reason()).isEqualTo("secret-missing");
        assertThat(outcome.failure().phase()).isEqualTo(Phase.AUTH);
        assertThat(outcome.failure().text()).isEqualTo("the secret file " + file + problem);
    }

    private Outcome send() {
        return Clients.send(transport, TestMail.to("jo@example.org")).only();
    }
}
