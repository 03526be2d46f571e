// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.jsonl;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.Transport;
import dev.mailer.api.spi.TransportContext;
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.api.spi.TransportUri;
import java.nio.file.Path;
import java.util.Set;

// tag::factory[]
/** {@code jsonl:path/to/file}. */
public final class JsonLinesTransportFactory implements TransportFactory {
    @Override
    public Set<String> schemes() {
        return Set.of("jsonl");
    }

    @Override
    public Transport create(TransportUri uri, TransportContext context) {
        uri.requireOptionsAmong(Set.of());
        if (!uri.host().isEmpty() || uri.path().isEmpty()) {
            throw new MailerConfigException("transport", "jsonl: the file is missing; expected jsonl:path/to/file");
        }
        return new JsonLinesTransport(Path.of(uri.path()), context.clock());
    }
}
// end::factory[]
