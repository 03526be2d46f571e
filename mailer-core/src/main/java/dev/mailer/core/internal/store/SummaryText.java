// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.store;

import dev.mailer.api.spi.NewMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Sender, From, subject and tags of a message as one text, so that one encryption does for all. */
final class SummaryText {
    private SummaryText() {}

    static byte[] write(NewMessage.Summary s) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(160);
        try (JsonGenerator g = OutcomeText.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            g.writeStartObject();
            OutcomeText.put(g, "sender", s.sender());
            OutcomeText.put(g, "from", s.from());
            if (s.subject() != null) {
                g.writeStringProperty("subject", s.subject());
            }
            if (!s.tags().isEmpty()) {
                g.writeName("tags");
                OutcomeText.writeMap(g, s.tags());
            }
            g.writeEndObject();
        }
        return out.toByteArray();
    }

    static NewMessage.Summary read(byte[] text, String messageIdHeader) {
        Map<String, String> top = new HashMap<>();
        Map<String, String> tags = new LinkedHashMap<>();
        OutcomeText.readFlat(new String(text, StandardCharsets.UTF_8), top, tags);
        return new NewMessage.Summary(top.get("sender"), top.get("from"), top.get("subject"), messageIdHeader, tags);
    }
}
