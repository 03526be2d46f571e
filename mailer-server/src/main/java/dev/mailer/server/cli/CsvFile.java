// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import dev.mailer.server.config.FileTrouble;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * A file of rows below a row of column names (RFC 4180): UTF-8, with or without a byte order mark. Read as a stream, of which no
 * more than one row is in memory; the length of a row is bounded, so that a quote that is never closed does not take in the rest.
 */
final class CsvFile {
    /** Longest row in characters. */
    static final int MAX_ROW = 4 << 20;

    private final Path file;
    private final @Nullable Character delimiter;
    private final @Nullable String onlyColumn;

    /** @param delimiter null for the one that the first line has most of: comma, semicolon or tab */
    CsvFile(Path file, @Nullable Character delimiter) {
        this(file, delimiter, null);
    }

    private CsvFile(Path file, @Nullable Character delimiter, @Nullable String onlyColumn) {
        this.file = file;
        this.delimiter = delimiter;
        this.onlyColumn = onlyColumn;
    }

    /** Takes a file with one address a line, too: where the first row is one, there is no row of names, and one column, called so. */
    CsvFile orAddresses(String column) {
        return new CsvFile(file, delimiter, column);
    }

    /** A row, by the line that it begins in. */
    record Row(long line, List<String> values) {}

    /** What a row is handed to; false ends the reading. */
    interface RowReader {
        boolean read(Row row);
    }

    /** What the whole file is. */
    record Summary(List<String> columns, long rows, String hash) {}

    /** Reads all of it once. */
    Summary summary() {
        return read(row -> true);
    }

    /** What was read is told; all of the file only where the reader did not end it. */
    Summary read(RowReader reader) {
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), Hashes.sha256())) {
            long[] rows = {0};
            List<String> columns = read(in, row -> {
                rows[0]++;
                return reader.read(row);
            });
            return new Summary(
                    columns,
                    rows[0],
                    HexFormat.of().formatHex(in.getMessageDigest().digest()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private List<String> read(InputStream in, RowReader reader) throws IOException {
        BufferedReader text = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
        skipByteOrderMark(text);
        char separator = delimiter != null ? delimiter : detected(text);
        BoundedReader bounded = new BoundedReader(text);
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setDelimiter(separator)
                .setIgnoreEmptyLines(true)
                .get();
        long line = 1;
        try (CSVParser parser = format.parse(bounded)) {
            Iterator<CSVRecord> records = parser.iterator();
            CSVRecord record = next(records, line);
            if (record == null) {
                throw usage(file + ": is empty; its first row must name the columns");
            }
            boolean bare =
                    onlyColumn != null && record.size() == 1 && record.get(0).indexOf('@') >= 0;
            List<String> columns = bare ? List.of(onlyColumn) : columns(record);
            bounded.rowEnds();
            boolean wanted = !bare || reader.read(new Row(begin(line, parser, record), record.toList()));
            line = parser.getCurrentLineNumber() + 1;
            while (wanted && (record = next(records, line)) != null) {
                bounded.rowEnds();
                wanted = reader.read(new Row(begin(line, parser, record), record.toList()));
                line = parser.getCurrentLineNumber() + 1;
            }
            return columns;
        }
    }

    /** The next row, null behind the last one. */
    private @Nullable CSVRecord next(Iterator<CSVRecord> records, long line) {
        try {
            return records.hasNext() ? records.next() : null;
        } catch (UncheckedIOException | IllegalStateException e) {
            throw broken(line, e.getCause() == null ? e : e.getCause());
        }
    }

    /** The line that a row begins in: blank ones before it are skipped without a word. */
    private static long begin(long least, CSVParser parser, CSVRecord record) {
        long breaks = record.stream()
                .mapToLong(value -> value.lines().count() - 1 + (value.endsWith("\n") ? 1 : 0))
                .filter(n -> n > 0)
                .sum();
        return Math.max(least, parser.getCurrentLineNumber() - breaks);
    }

    private List<String> columns(CSVRecord first) {
        List<String> columns = first.stream().map(String::strip).toList();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i);
            if (name.isEmpty()) {
                throw usage(file + ": column " + (i + 1) + " has no name; the first row must name the columns");
            }
            if (!seen.add(name)) {
                throw usage(file + ": two columns are named '" + name + "'; rename one");
            }
        }
        return columns;
    }

    /** Outside of quotes, in the first line. */
    private static char detected(BufferedReader text) throws IOException {
        char[] start = new char[1 << 15];
        text.mark(start.length + 1);
        int length = Math.max(0, text.read(start, 0, start.length));
        text.reset();
        int[] counts = new int[3];
        boolean quoted = false;
        for (int i = 0; i < length && (quoted || (start[i] != '\n' && start[i] != '\r')); i++) {
            quoted ^= start[i] == '"';
            int which = quoted ? -1 : ",;\t".indexOf(start[i]);
            if (which >= 0) {
                counts[which]++;
            }
        }
        return counts[1] > counts[0] && counts[1] >= counts[2] ? ';' : counts[2] > counts[0] ? '\t' : ',';
    }

    private static void skipByteOrderMark(BufferedReader text) throws IOException {
        text.mark(1);
        if (text.read() != '\uFEFF') {
            text.reset();
        }
    }

    private CommandException broken(long line, Throwable cause) {
        return usage(file + ": line " + line + ": the row that begins here cannot be read: " + cause.getMessage()
                + "; nothing behind it can either, look for a quote that is not closed");
    }

    private CommandException unreadable(IOException e) {
        return usage(file + ": cannot be read: " + FileTrouble.of(e));
    }

    private static CommandException usage(String message) {
        return new CommandException(ExitCodes.USAGE, message);
    }

    /** Ends a row that is too long. What the parser has read ahead counts for the next row, which is little. */
    private static final class BoundedReader extends Reader {
        private final Reader text;
        private long row;

        BoundedReader(Reader text) {
            this.text = text;
        }

        void rowEnds() {
            row = 0;
        }

        @Override
        public int read(char[] into, int offset, int length) throws IOException {
            int read = text.read(into, offset, length);
            row += Math.max(read, 0);
            if (row > MAX_ROW) {
                throw new IOException("it has more than " + MAX_ROW + " characters");
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            text.close();
        }
    }
}
