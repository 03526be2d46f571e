// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.util.List;
import java.util.Set;

class EximTest extends PeerServerSuite {
    @Override
    PeerServer start(TestTls tls) throws IOException {
        PeerFolder.assumeServer(EximServer.PROGRAM.toString(), "Debian's exim4-daemon-light, which .ci/run unpacks");
        return new EximServer(tls);
    }

    @Override
    Set<String> extensions() {
        return Set.of("PIPELINING", "SIZE", "8BITMIME", "DSN", "SMTPUTF8", "CHUNKING");
    }

    @Override
    List<String> mechanisms() {
        return List.of("plain", "login", "cram-md5");
    }
}
