// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The few things a Maildir asks of the file system, so that tests can watch their order and let them fail. */
interface Disk {
    /** Makes a directory that only its owner may enter, and those above it; nothing when it is there. */
    void createDirectories(Path directory) throws IOException;

    /** Makes a file that only its owner may read; fails when something of that name is there, be it a link. */
    FileChannel create(Path file) throws IOException;

    /** Returns when what was written is on stable storage. */
    void sync(FileChannel file) throws IOException;

    void move(Path from, Path to) throws IOException;

    /** Returns when the names in a directory are on stable storage. */
    void syncDirectory(Path directory) throws IOException;

    void deleteIfExists(Path file) throws IOException;

    /** The real one. */
    Disk SYSTEM = new Disk() {
        private final boolean posix =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

        @Override
        public void createDirectories(Path directory) throws IOException {
            Files.createDirectories(directory, owner("rwx------"));
        }

        @Override
        public FileChannel create(Path file) throws IOException {
            return FileChannel.open(
                    file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner("rw-------"));
        }

        @Override
        public void sync(FileChannel file) throws IOException {
            file.force(true);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }

        /** Windows opens no directories; there the names are on their own. */
        @Override
        public void syncDirectory(Path directory) throws IOException {
            if (posix) {
                try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                    names.force(true);
                }
            }
        }

        @Override
        public void deleteIfExists(Path file) throws IOException {
            Files.deleteIfExists(file);
        }

        private FileAttribute<?>[] owner(String permissions) {
            return posix
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                    }
                    : new FileAttribute<?>[0];
        }
    };
}
