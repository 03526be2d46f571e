// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.jsonl;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportUri;
import dev.mailer.testkit.TransportContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

// tag::contract[]
class JsonLinesTransportTest extends TransportContract {
    @TempDir
    private Path folder;

    @Override
    protected Transport newTransport() {
        return new JsonLinesTransportFactory()
                .create(TransportUri.parse("jsonl:" + folder.resolve("mail.jsonl")), context());
    }

    @Override
    protected List<Bytes> received() throws IOException {
        Path file = folder.resolve("mail.jsonl");
        List<Bytes> messages = new ArrayList<>();
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            messages.add(
                    Bytes.wrap(new JsonMapper().readTree(line).get("message").binaryValue()));
        }
        return messages;
    }
}
// end::contract[]
