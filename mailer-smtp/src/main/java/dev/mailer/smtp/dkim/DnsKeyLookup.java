// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Experimental;
import dev.mailer.smtp.mx.Deadline;
import dev.mailer.smtp.mx.DnsAnswer;
import dev.mailer.smtp.mx.ResolverSettings;
import dev.mailer.smtp.mx.StubResolver;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Key records out of the DNS (RFC 6376 §3.6.2), each look-up within {@link #TIMEOUT}. Remembers answers for their time. Thread-safe. */
@Experimental
public final class DnsKeyLookup implements DkimKeyLookup, AutoCloseable {
    /** For one name: 20 seconds. */
    public static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final StubResolver resolver;

    private DnsKeyLookup(ResolverSettings servers) {
        this.resolver = new StubResolver(servers, InstantSource.system());
    }

    /** Asks the name servers of the operating system. */
    public static DnsKeyLookup ofSystem() {
        return new DnsKeyLookup(ResolverSettings.ofSystem());
    }

    /**
     * Asks these recursive name servers: {@code 127.0.0.1:5353,192.0.2.1}.
     *
     * @throws IllegalArgumentException one is no address
     */
    public static DnsKeyLookup of(String nameServers) {
        return new DnsKeyLookup(ResolverSettings.parse(nameServers));
    }

    @Override
    public List<String> txt(String name) throws IOException {
        DnsAnswer<String> answer = resolver.txt(name, Deadline.in(TIMEOUT));
        if (answer.isFailed()) {
            throw new IOException(answer.reason());
        }
        return answer.records();
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        resolver.close();
    }
}
