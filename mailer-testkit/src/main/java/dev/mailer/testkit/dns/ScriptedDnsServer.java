// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.dns;

import dev.mailer.api.spi.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A recursive name server on the loopback interface and a free port, the same for UDP and TCP, for tests. It knows what the
 * test tells it, follows aliases, denies everything else, and for any name does what the test wants: fail, hang, truncate, lie.
 * Thread-safe; daemon threads, ended by {@link #close}.
 *
 * <pre>{@code
 * try (ScriptedDnsServer dns = ScriptedDnsServer.start()) {
 *     dns.mx("example.com", 10, "mx.example.com").address("mx.example.com", "192.0.2.1");
 *     dns.always("example.org", DnsReaction.servfail());
 *     // look up something at dns.address()
 *     assertThat(dns.queries()).hasSize(2);
 * }
 * }</pre>
 */
public final class ScriptedDnsServer implements AutoCloseable {
    /** The time to live of records, unless {@link #ttl} says otherwise: 5 minutes. */
    public static final Duration DEFAULT_TTL = Duration.ofMinutes(5);

    private final ZoneRecords zone = new ZoneRecords();
    private final DnsScript script = new DnsScript();
    private final DnsSockets sockets;
    private volatile Duration ttl = DEFAULT_TTL;
    private volatile Duration negativeTtl = DEFAULT_TTL;

    private ScriptedDnsServer() {
        try {
            this.sockets = new DnsSockets(this::react);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A listening server that knows no name. */
    public static ScriptedDnsServer start() {
        return new ScriptedDnsServer();
    }

    public int port() {
        return sockets.port();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    }

    /** The time to live of records that are added from now on, in whole seconds; zero is allowed. */
    public ScriptedDnsServer ttl(Duration value) {
        this.ttl = Objects.requireNonNull(value, "value");
        return this;
    }

    /** How long it may be remembered that there is nothing, in whole seconds. */
    public ScriptedDnsServer negativeTtl(Duration value) {
        this.negativeTtl = Objects.requireNonNull(value, "value");
        return this;
    }

    public ScriptedDnsServer mx(String name, int preference, String host) {
        return add(name, DnsType.MX, DnsAnswerWriter.mx(preference, host));
    }

    /** This domain takes no mail (RFC 7505). */
    public ScriptedDnsServer nullMx(String name) {
        return mx(name, 0, ".");
    }

    /**
     * An A or AAAA record, by the kind of the literal.
     *
     * @throws IllegalArgumentException it is no literal
     */
    public ScriptedDnsServer address(String name, String literal) {
        if (!literal.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("'" + literal + "' is no address; expected 192.0.2.1 or 2001:db8::1");
        }
        try {
            InetAddress address = InetAddress.getByName(literal);
            boolean six = address instanceof Inet6Address;
            return add(name, six ? DnsType.AAAA : DnsType.A, Bytes.wrap(address.getAddress()));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + literal + "' is no address", e);
        }
    }

    /** A record with these octets as its value, whatever they mean. */
    public ScriptedDnsServer raw(String name, DnsType type, byte[] value) {
        return add(name, type, Bytes.of(value));
    }

    public ScriptedDnsServer cname(String name, String target) {
        zone.alias(name, ttl.toSeconds(), target);
        return this;
    }

    /** What an address leads back to; the name is below {@code in-addr.arpa} or {@code ip6.arpa}. */
    public ScriptedDnsServer ptr(String name, String host) {
        return add(name, DnsType.PTR, DnsAnswerWriter.name(host));
    }

    public ScriptedDnsServer txt(String name, String text) {
        return add(name, DnsType.TXT, DnsAnswerWriter.txt(text));
    }

    public ScriptedDnsServer tlsa(String name, int usage, int selector, int matching, byte[] association) {
        return add(name, DnsType.TLSA, DnsAnswerWriter.tlsa(usage, selector, matching, association));
    }

    /** This name is there, with no records of its own. */
    public ScriptedDnsServer exists(String name) {
        zone.exists(name);
        return this;
    }

    /** Answers about this zone say that they were validated, to clients that ask for it. */
    public ScriptedDnsServer signed(String zoneName) {
        zone.sign(zoneName);
        return this;
    }

    /** Forgets all records of a name. */
    public ScriptedDnsServer remove(String name) {
        zone.remove(name);
        return this;
    }

    /** Reacts so to questions for a name from now on. */
    public ScriptedDnsServer always(String name, DnsReaction reaction) {
        script.always(name, null, reaction);
        return this;
    }

    /** Reacts so to questions for a name and type from now on, before what is scripted for the name. */
    public ScriptedDnsServer always(String name, DnsType type, DnsReaction reaction) {
        script.always(name, type, reaction);
        return this;
    }

    /** Reacts so to the next question for a name, before what is scripted for always; several add up. */
    public ScriptedDnsServer once(String name, DnsReaction reaction) {
        script.once(name, reaction);
        return this;
    }

    /** Forgets the script, not the records. */
    public ScriptedDnsServer behave() {
        script.clear();
        return this;
    }

    /** All questions so far, in the order they came. */
    public List<ReceivedQuery> queries() {
        return script.queries();
    }

    /** The questions for a name so far. */
    public List<ReceivedQuery> queries(String name) {
        return queries().stream().filter(q -> q.name().equals(name)).toList();
    }

    /** Ends the listeners and all connections. */
    @Override
    public void close() {
        sockets.close();
    }

    private ScriptedDnsServer add(String name, DnsType type, Bytes value) {
        zone.add(name, type, ttl.toSeconds(), value);
        return this;
    }

    private DnsSockets.@Nullable Response react(DnsQuestion question, boolean tcp) {
        DnsReaction reaction = script.take(question, tcp);
        int limit = tcp ? 65_535 : Math.max(512, question.payload());
        byte[] usual = zone.answer(question, limit, negativeTtl.toSeconds());
        return reaction == null
                ? DnsSockets.Response.of(usual)
                : DnsSockets.Response.of(reaction, question, tcp, usual);
    }
}
