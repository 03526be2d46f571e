// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.core.internal.mime.ReadMail.Box;
import dev.mailer.core.internal.mime.ReadMail.Leaf;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Mails as Python's {@code email} reads them: one process for all, mail by mail. Not thread-safe. */
final class PythonReader implements AutoCloseable {
    private final JsonMapper json = new JsonMapper();
    private final Process process;
    private final DataOutputStream mails;
    private final BufferedReader readings;

    PythonReader() throws IOException {
        String script;
        try (InputStream in = PythonReader.class.getResourceAsStream("read_mail.py")) {
            script = ReadMail.text(in);
        }
        process = new ProcessBuilder("python3", "-c", script)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        mails = new DataOutputStream(process.getOutputStream());
        readings = process.inputReader(StandardCharsets.US_ASCII);
    }

    /** What it reads, and before that what it finds fault with, and the names of the fields of the header. */
    record Reading(List<String> defects, List<String> fields, ReadMail mail) {}

    Reading read(byte[] wire) throws IOException {
        mails.writeInt(wire.length);
        mails.write(wire);
        mails.flush();
        String line = readings.readLine();
        if (line == null) {
            throw new IOException("the reader has ended, see its error above");
        }
        JsonNode read = json.readTree(line);
        List<Leaf> leaves = new ArrayList<>();
        for (JsonNode leaf : read.get("leaves")) {
            byte[] content = Base64.getDecoder().decode(leaf.get("content").asString());
            leaves.add(new Leaf(
                    leaf.get("type").asString(),
                    leaf.get("name").asString(),
                    MailReaders.bare(leaf.get("id").asString()),
                    leaf.get("file").asBoolean()
                            ? ReadMail.digest(content)
                            : new String(content, StandardCharsets.UTF_8)));
        }
        return new Reading(
                strings(read.get("defects")),
                strings(read.get("fields")),
                new ReadMail(
                        read.get("structure").asString(),
                        read.get("subject").asString(),
                        boxes(read.get("from")),
                        boxes(read.get("to")),
                        strings(read.get("own")),
                        leaves));
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(s -> strings.add(s.asString()));
        return strings;
    }

    private static List<Box> boxes(JsonNode array) {
        List<Box> boxes = new ArrayList<>();
        array.forEach(b -> boxes.add(new Box(b.get(0).asString(), b.get(1).asString())));
        return boxes;
    }

    @Override
    public void close() throws IOException {
        mails.close();
        process.destroy();
    }
}
