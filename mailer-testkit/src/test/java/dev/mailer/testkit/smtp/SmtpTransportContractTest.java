// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Transport;
import dev.mailer.testkit.TransportContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The contract, on a connection that is kept and with a password that must not show. */
class SmtpTransportContractTest extends TransportContract {
    private static final String PASSWORD = "s3cret";

    private final ScriptedSmtpServer server = ScriptedSmtpServer.builder()
            .implicitTls(Clients.Shared.TLS)
            .credentials("jo", PASSWORD)
            .start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected Transport newTransport() {
        return Clients.trusting(
                Clients.Shared.TLS,
                context(),
                "smtps://jo:" + PASSWORD + "@127.0.0.1:" + server.port() + "?" + Clients.FAST);
    }

    @Override
    protected List<Bytes> received() {
        return server.mails().stream().map(ReceivedMail::content).toList();
    }

    @Override
    protected List<String> credentials() {
        return List.of(PASSWORD);
    }
}
