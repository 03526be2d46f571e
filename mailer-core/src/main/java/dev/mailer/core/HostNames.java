// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine calls itself. */
final class HostNames {
    private HostNames() {}

    /** The host's name as far as the system tells it without a wait; {@code localhost} where it tells none. */
    static String local() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.isEmpty() || name.contains("_") || name.contains(" ") ? "localhost" : name;
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
