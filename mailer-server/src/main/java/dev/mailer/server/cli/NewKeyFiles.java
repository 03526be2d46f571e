// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.server.home.PrivateFiles;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the keys of one selector, all of them or none. */
final class NewKeyFiles {
    private NewKeyFiles() {}

    /** A key that is there may be in use: none is replaced. */
    static void write(Path folder, Map<Path, DkimPrivateKey> keys) {
        for (Path file : keys.keySet()) {
            if (Files.exists(file)) {
                throw exists(file);
            }
        }
        List<Path> made = new ArrayList<>();
        try {
            PrivateFiles.folder(folder);
            for (Map.Entry<Path, DkimPrivateKey> key : keys.entrySet()) {
                PrivateFiles.create(key.getKey(), key.getValue().toPem().reveal());
                made.add(key.getKey());
            }
        } catch (FileAlreadyExistsException e) {
            // somebody was faster: of the keys of one selector both are ours or none
            made.forEach(NewKeyFiles::remove);
            throw exists(Path.of(e.getFile()));
        } catch (IOException e) {
            made.forEach(NewKeyFiles::remove);
            throw new UncheckedIOException(folder.toString(), e);
        }
    }

    private static CommandException exists(Path file) {
        return new CommandException(ExitCodes.USAGE, file + " exists already: a new key takes a new selector");
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
