// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.util.List;
import java.util.Set;

class HarakaTest extends PeerServerSuite {
    @Override
    PeerServer start(TestTls tls) throws IOException {
        return new HarakaServer(tls);
    }

    @Override
    Set<String> extensions() {
        return Set.of("PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8");
    }

    @Override
    List<String> mechanisms() {
        return List.of("plain", "login", "cram-md5");
    }
}
