// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.jsonl;

import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.PluginContext;

// tag::plugin[]
/** Brings transports of the scheme {@code jsonl:}. */
public final class JsonLinesPlugin implements MailerPlugin {
    @Override
    public String name() {
        return "jsonl";
    }

    @Override
    public void configure(PluginContext context) {
        context.transportFactory(new JsonLinesTransportFactory());
    }
}
// end::plugin[]
