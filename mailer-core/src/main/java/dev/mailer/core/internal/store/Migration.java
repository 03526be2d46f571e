// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A script that brings the schema from one version to the next, as Flyway names it and writes it into its history.
 *
 * @param script the file's name
 */
record Migration(int version, String description, String script, String sql) {
    /** In order of version. */
    static final List<String> SCRIPTS = List.of("V1__ledger.sql");

    /** The one that {@link #SCRIPTS} ends with. */
    static final int LATEST = 1;

    /** Those of a database, in order of version. */
    static List<Migration> of(String database) {
        return SCRIPTS.stream().map(script -> read(database, script)).toList();
    }

    /** Where the migrations of a database are. */
    static String folder(String database) {
        return "dev/mailer/core/migration/" + database;
    }

    /** Flyway's: of the bytes of all lines, without what ends them. */
    int checksum() {
        CRC32 crc = new CRC32();
        sql.lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) crc.getValue();
    }

    private static Migration read(String database, String script) {
        int separator = script.indexOf("__");
        return new Migration(
                Integer.parseInt(script.substring(1, separator)),
                script.substring(separator + 2, script.lastIndexOf('.')).replace('_', ' '),
                script,
                text(folder(database) + "/" + script));
    }

    private static String text(String resource) {
        try (InputStream in = Migration.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
