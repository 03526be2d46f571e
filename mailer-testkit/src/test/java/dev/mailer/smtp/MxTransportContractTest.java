// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Transport;
import dev.mailer.testkit.TransportContract;
import dev.mailer.testkit.smtp.ReceivedMail;
import dev.mailer.testkit.smtp.TestTls;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The contract, straight to the host that a name server names. */
class MxTransportContractTest extends TransportContract {
    private static final class Once {
        static final TestTls TLS = TestTls.forNames("mx.example.org");
    }

    private final MxRig rig = MxRig.withStartTls(Once.TLS).policy("enforce", "mx.example.org");

    @AfterEach
    void stop() {
        rig.close();
    }

    @Override
    protected Transport newTransport() {
        return rig.newTransport("", Once.TLS, context());
    }

    @Override
    protected List<Bytes> received() {
        return rig.server.mails().stream().map(ReceivedMail::content).toList();
    }
}
