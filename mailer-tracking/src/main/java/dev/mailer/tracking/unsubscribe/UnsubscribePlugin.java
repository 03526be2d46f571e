// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.api.spi.PluginContext;
import dev.mailer.tracking.PublicUrls;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets recipients unsubscribe: mail of lists has List-Unsubscribe, List-Unsubscribe-Post and List-Id, authors put
 * <code>{{unsubscribeUrl}}</code> and <code>{{preferencesUrl}}</code> where they want links, and an endpoint at {@value #PATH} answers them,
 * with pages in ten languages. Thread-safe.
 *
 * <pre>{@code
 * builder.install(UnsubscribePlugin.builder()
 *         .publicUrls(PublicUrls.of("https://mail.example.com"))
 *         .build());
 * }</pre>
 *
 * <p>By default mail of the stream {@value UnsubscribeBuilder#DEFAULT_STREAM} can be unsubscribed from. Install it behind what rewrites links.
 */
public final class UnsubscribePlugin implements MailerPlugin {
    /** The plugin's name. */
    public static final String NAME = "unsubscribe";
    /** Where the endpoint is. */
    public static final String PATH = UnsubscribeLinks.PATH;

    private static final Logger LOG = LoggerFactory.getLogger(UnsubscribePlugin.class);

    private final PublicUrls urls;
    private final ListStreams streams;
    private final @Nullable String mailto;
    private final PreferencePages pages;
    private volatile @Nullable Parts parts;

    /** What there is once the plugin is installed. */
    private record Parts(UnsubscribeLinks links, Choices choices) {}

    UnsubscribePlugin(PublicUrls urls, ListStreams streams, @Nullable String mailto, PreferencePages pages) {
        this.urls = urls;
        this.streams = streams;
        this.mailto = mailto;
        this.pages = pages;
    }

    public static UnsubscribeBuilder builder() {
        return new UnsubscribeBuilder();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void configure(PluginContext context) {
        List<String> withoutTls = urls.withoutTls();
        if (!withoutTls.isEmpty()) {
            LOG.warn(
                    "mail programs offer one-click unsubscribe for https alone (RFC 8058), so mail with links to {} has none",
                    String.join(", ", withoutTls));
        }
        UnsubscribeLinks links = new UnsubscribeLinks(context.tokens(), urls);
        Choices choices = new Choices(streams, context.subscriptions(), context.clock());
        context.interceptor(new UnsubscribeHeaders(streams, links, mailto));
        context.endpoint(new UnsubscribeEndpoint(links, choices, pages, new Outage(context.clock())));
        this.parts = new Parts(links, choices);
    }

    /**
     * Unsubscribes by the token of a link, for hosts that hear of it in another way, such as a mail to {@link UnsubscribeBuilder#mailto}.
     * It is committed when this returns; again does no harm.
     *
     * @param origin who says so, kept with the entry, such as {@code mailto}
     * @return false when the token is none of ours
     * @throws IllegalStateException the mailer does not run yet
     */
    public boolean unsubscribe(String token, String origin) {
        Parts installed = parts;
        if (installed == null) {
            throw new IllegalStateException("the plugin is not installed");
        }
        UnsubscribeToken read = installed.links.read(token);
        if (read == null) {
            return false;
        }
        installed.choices.unsubscribe(read, Set.of(read.stream()), origin);
        return true;
    }
}
