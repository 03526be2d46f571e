// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import dev.mailer.api.spi.OutcomeSink;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.smtp.SmtpTransportFactory;
import dev.mailer.testkit.TestContext;
import java.util.List;

/** SMTP transports for tests. */
final class Clients {
    /** Short enough for a test, long enough for a busy machine. */
    static final String FAST = "connectTimeout=5s&tlsTimeout=5s&readTimeout=5s&dotTimeout=5s&writeTimeout=5s";

    /** Made when a test first needs it, and once, because that takes its time. */
    static final class Shared {
        static final TestTls TLS = TestTls.localhost();

        private Shared() {}
    }

    private Clients() {}

    static Transport of(String uri) {
        return of(TestContext.create(), uri);
    }

    static Transport of(TestContext context, String uri) {
        return new SmtpTransportFactory().create(TransportUri.parse(uri), context);
    }

    static Transport trusting(TestTls tls, String uri) {
        return trusting(tls, TestContext.create(), uri);
    }

    static Transport trusting(TestTls tls, TestContext context, String uri) {
        return new SmtpTransportFactory(tls.clientContext()).create(TransportUri.parse(uri), context);
    }

    static Outcomes send(Transport transport, Submission... submissions) {
        Outcomes outcomes = new Outcomes();
        send(transport, outcomes, submissions);
        return outcomes;
    }

    static void send(Transport transport, OutcomeSink outcomes, Submission... submissions) {
        transport.send(List.of(submissions), outcomes);
    }
}
