// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class WireTest {
    @Test
    void a_connection_that_nobody_could_watch_is_not_made() throws Exception {
        Watchdog starved = new Watchdog(task -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
            Dial dial = new Dial(address, new Endpoint("smtp", "h", 25), "h", null, null);

            assertThatThrownBy(() -> Wire.connect(dial, Timeouts.DEFAULT, starved, Watchdog.NEVER))
                    .isInstanceOf(OutOfMemoryError.class);

            server.setSoTimeout(100);
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }
}
