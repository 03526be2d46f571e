// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that sends mail without end, and writes down the id of each that was accepted; it is killed. */
final class KillChild {
    private KillChild() {}

    public static void main(String[] args) throws Exception {
        Path accepted = Path.of(args[1]);
        try (Rig rig = new Rig("sqlite:" + args[0], b -> b.timeout(java.time.Duration.ofSeconds(1)))) {
            if (rig.webhooks().list(Rig.TENANT).isEmpty()) {
                rig.create(args[2]);
            }
            for (int i = 0; i < Integer.parseInt(args[3]); i++) {
                String id = rig.send("jo" + i + "@example.org").toString();
                Files.writeString(
                        accepted,
                        id + "\n",
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
            System.out.println("all sent");
            int unused = System.in.read();
        }
    }
}
