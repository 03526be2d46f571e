// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.doctor;

import dev.mailer.server.home.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folder of ledger and keys: there, writable, private, with room. */
final class FolderCheck {
    private static final String NAME = "folder";
    private static final long LITTLE = 1L << 30;
    private static final long TOO_LITTLE = 100L << 20;

    private final Path folder;

    FolderCheck(Path folder) {
        this.folder = folder;
    }

    List<Finding> run() throws IOException {
        Path full = folder.toAbsolutePath();
        if (!Files.exists(folder)) {
            return List.of(Finding.ok(NAME, full + " is not there yet; the first start makes it"));
        }
        if (!Files.isDirectory(folder) || !Files.isWritable(folder) || !Files.isReadable(folder)) {
            return List.of(Finding.problem(
                    NAME,
                    full + " is no folder that " + System.getProperty("user.name") + " may read and write",
                    "run as its owner, change its owner, or set data"));
        }
        List<Finding> all = new ArrayList<>();
        for (Path file : List.of(folder, folder.resolve("cli.key"), folder.resolve("keys.json"))) {
            if (Files.exists(file) && PrivateFiles.isOpen(file)) {
                all.add(Finding.warning(
                        NAME, file.toAbsolutePath() + " is open to other users", "chmod go= " + file.toAbsolutePath()));
            }
        }
        long room = Files.getFileStore(folder).getUsableSpace();
        String left = (room >> 20) + " MiB are free for " + full;
        if (room < LITTLE) {
            String advice = "make room: a ledger that cannot grow takes no mail";
            all.add(room < TOO_LITTLE ? Finding.problem(NAME, left, advice) : Finding.warning(NAME, left, advice));
        } else {
            all.add(Finding.ok(NAME, left));
        }
        return all;
    }
}
