// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.util.List;
import java.util.Set;

class PostfixTest extends PeerServerSuite {
    @Override
    PeerServer start(TestTls tls) throws IOException {
        PeerFolder.assumeServer("/usr/sbin/postfix", "Debian's postfix");
        PeerFolder.assumeServer("/usr/sbin/saslpasswd2", "Debian's sasl2-bin");
        return new PostfixServer(tls);
    }

    @Override
    Set<String> extensions() {
        return Set.of("PIPELINING", "SIZE", "ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8", "CHUNKING");
    }

    @Override
    List<String> mechanisms() {
        return List.of("plain", "login", "cram-md5", "scram-sha-256");
    }
}
