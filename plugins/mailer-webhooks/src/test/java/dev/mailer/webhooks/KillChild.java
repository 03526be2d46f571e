// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;

/** A process that sends mail without end, and writes down the id of each that was accepted; it is killed. */
final class KillChild {
    private KillChild() {}

    public static void main(String[] args) throws Exception {
        Path accepted = Path.of(args[1]);
        try (Rig rig = new Rig("sqlite:" + args[0], b -> b.timeout(Duration.ofSeconds(1)))) {
            rig.move(Duration.ofMinutes(Long.parseLong(args[3])));
            if (rig.webhooks().list(Rig.TENANT).isEmpty()) {
                for (String url : Arrays.asList(args).subList(4, args.length)) {
                    rig.create(url);
                }
                // nobody listens there
                rig.create("http://127.0.0.1:9/");
            }
            for (int i = 0; i < Integer.parseInt(args[2]); i++) {
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
