// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.home;

import java.net.URI;
import java.time.Instant;

/** Where the server of a folder answers, for the command line on the same machine. */
public record RunningServer(URI url, long pid, Instant startedAt) {
    /** False when the process that wrote this is gone. */
    public boolean isAlive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
