// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import dev.mailer.api.spi.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Asks recursive name servers in turn until one answers, and keeps the answers, denials and for a moment failures too (RFC 9520).
 * No thread of its own; thread-safe, and of threads that ask for the same at a time one asks the servers.
 */
public final class StubResolver implements Dns {
    /** Shorter times to live are lengthened: a broadcast asks for the same domain thousands of times within a second. */
    public static final Duration MIN_TTL = Duration.ofSeconds(5);
    /** Longer ones are cut, so that a domain that has moved is found again. */
    public static final Duration MAX_TTL = Duration.ofHours(1);
    /** The longest that it is remembered that there is nothing. */
    public static final Duration MAX_NEGATIVE_TTL = Duration.ofMinutes(5);
    /** Most octets of answers that are kept, for each of the six types of records. */
    public static final int MAX_CACHE_OCTETS = 4 << 20;

    private static final String TIMEOUT = "dns-timeout";
    private static final int MAX_QUESTIONS = 8;
    /** Host names (RFC 1123 §2.1), and names with underscores such as {@code _25._tcp}; no escapes. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*\\.?");

    /** A type of records, how to read one and what is known of it; records that cannot be used are left out. */
    private record Kept<T>(
            int type,
            Function<Record, List<T>> reader,
            DnsCache<T> cache,
            ConcurrentMap<String, CompletableFuture<DnsAnswer<T>>> underway) {}

    private final ResolverSettings settings;
    private final DnsExchange exchange = new DnsExchange();
    private final Kept<MxRecord> mx;
    private final Kept<InetAddress> ipv4;
    private final Kept<InetAddress> ipv6;
    private final Kept<String> txt;
    private final Kept<String> ptr;
    private final Kept<TlsaRecord> tlsa;

    public StubResolver(ResolverSettings settings, InstantSource clock) {
        this.settings = settings;
        this.mx = kept(Type.MX, StubResolver::readMx, clock);
        this.ipv4 = kept(Type.A, r -> List.of(((ARecord) r).getAddress()), clock);
        this.ipv6 = kept(Type.AAAA, r -> List.of(((AAAARecord) r).getAddress()), clock);
        this.txt = kept(Type.TXT, StubResolver::readTxt, clock);
        this.ptr = kept(Type.PTR, StubResolver::readPtr, clock);
        this.tlsa = kept(Type.TLSA, StubResolver::readTlsa, clock);
    }

    @Override
    public DnsAnswer<MxRecord> mx(String domain, Deadline deadline) {
        return ask(mx, domain, deadline);
    }

    @Override
    public DnsAnswer<InetAddress> ipv4(String host, Deadline deadline) {
        return ask(ipv4, host, deadline);
    }

    @Override
    public DnsAnswer<InetAddress> ipv6(String host, Deadline deadline) {
        return ask(ipv6, host, deadline);
    }

    @Override
    public DnsAnswer<String> txt(String name, Deadline deadline) {
        return ask(txt, name, deadline);
    }

    @Override
    public DnsAnswer<String> ptr(String name, Deadline deadline) {
        return ask(ptr, name, deadline);
    }

    @Override
    public DnsAnswer<TlsaRecord> tlsa(String name, Deadline deadline) {
        return ask(tlsa, name, deadline);
    }

    @Override
    public void close() {
        exchange.close();
    }

    private static <T> Kept<T> kept(int type, Function<Record, List<T>> reader, InstantSource clock) {
        return new Kept<>(type, reader, new DnsCache<>(clock, MAX_CACHE_OCTETS), new ConcurrentHashMap<>());
    }

    private <T> DnsAnswer<T> ask(Kept<T> what, String given, Deadline deadline) {
        String name = plain(given);
        DnsAnswer<T> known = what.cache().get(name);
        if (known != null) {
            return known;
        }
        Name asked = parse(name);
        if (asked == null) {
            return DnsAnswer.none(DnsAnswer.Kind.NXDOMAIN, name, false, MAX_NEGATIVE_TTL);
        }
        return askOnce(what, name, asked, deadline);
    }

    /** Of threads that want to know the same one asks; who has more time than that one had asks again. */
    private <T> DnsAnswer<T> askOnce(Kept<T> what, String name, Name asked, Deadline deadline) {
        while (true) {
            CompletableFuture<DnsAnswer<T>> mine = new CompletableFuture<>();
            CompletableFuture<DnsAnswer<T>> other = what.underway().putIfAbsent(name, mine);
            if (other == null) {
                try {
                    DnsAnswer<T> known = what.cache().get(name);
                    DnsAnswer<T> answer = known == null ? ask(what, name, asked, deadline) : known;
                    mine.complete(answer);
                    return answer;
                } finally {
                    what.underway().remove(name);
                    // whoever waits is not left behind by an error
                    mine.complete(timeout(name));
                }
            }
            DnsAnswer<T> answer = await(other, name, deadline);
            boolean mayAskAgain =
                    answer.reason().equals(TIMEOUT) && what.cache().get(name) == null;
            if (!mayAskAgain || deadline.isOver() || exchange.isClosed()) {
                return answer;
            }
        }
    }

    private static <T> DnsAnswer<T> await(CompletableFuture<DnsAnswer<T>> other, String name, Deadline deadline) {
        try {
            return other.get(deadline.millis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return DnsAnswer.failed(name, "dns-interrupted", MIN_TTL);
        } catch (ExecutionException | TimeoutException e) {
            return timeout(name);
        }
    }

    private static <T> DnsAnswer<T> timeout(String name) {
        return DnsAnswer.failed(name, TIMEOUT, MIN_TTL);
    }

    private <T> DnsAnswer<T> ask(Kept<T> what, String name, Name asked, Deadline deadline) {
        DnsReading reading = follow(asked, what.type(), deadline);
        List<T> records = new ArrayList<>();
        int octets = 0;
        for (Record record : reading.records()) {
            records.addAll(what.reader().apply(record));
            octets += record.toWire(0).length;
        }
        DnsAnswer.Kind kind = reading.kind() == null ? DnsAnswer.Kind.FAILED : reading.kind();
        DnsAnswer<T> answer = new DnsAnswer<>(
                kind,
                records,
                plain(reading.end().toString(true)),
                reading.authenticated() && settings.trusted(),
                bounded(kind, reading.ttl()),
                reading.reason());
        // a failure for want of the caller's time says nothing to the next
        if (!answer.isFailed() || !deadline.isOver() && !exchange.isClosed()) {
            what.cache().put(name, answer, octets);
        }
        return answer;
    }

    /** A server that shows an alias without what is behind it is asked for that too. */
    private DnsReading follow(Name asked, int type, Deadline deadline) {
        boolean authenticated = true;
        long ttl = Long.MAX_VALUE;
        Set<Name> seen = new HashSet<>();
        Name at = asked;
        for (int i = 0; i < MAX_QUESTIONS && seen.add(at); i++) {
            DnsReading reading = askServers(at, type, deadline);
            authenticated &= reading.authenticated();
            ttl = Math.min(ttl, reading.ttl());
            if (reading.kind() != null) {
                return new DnsReading(
                        reading.kind(), reading.records(), reading.end(), authenticated, ttl, reading.reason());
            }
            at = reading.end();
        }
        return DnsReading.failed(at, DnsReading.ALIAS_LOOP);
    }

    private DnsReading askServers(Name name, int type, Deadline deadline) {
        DnsReading last = DnsReading.failed(name, TIMEOUT);
        for (int round = 0; round < settings.rounds(); round++) {
            for (InetSocketAddress server : settings.servers()) {
                if (deadline.isOver()) {
                    return last;
                }
                DnsReading reading = askOne(server, name, type, deadline);
                boolean isLoop = reading.reason().equals(DnsReading.ALIAS_LOOP);
                if (reading.kind() != DnsAnswer.Kind.FAILED || isLoop || exchange.isClosed()) {
                    return reading;
                }
                last = reading;
            }
        }
        return last;
    }

    private DnsReading askOne(InetSocketAddress server, Name name, int type, Deadline deadline) {
        Deadline one = deadline.orIn(settings.timeout());
        try {
            Message answer = exchange.ask(server, name, type, true, one);
            int rcode = answer.getRcode();
            if (rcode == Rcode.FORMERR || rcode == Rcode.NOTIMP || rcode == Rcode.BADVERS) {
                // RFC 6891 §6.2.2: a server from before EDNS
                answer = exchange.ask(server, name, type, false, one);
            }
            return DnsReading.of(answer, name, type);
        } catch (SocketTimeoutException e) {
            return DnsReading.failed(name, TIMEOUT);
        } catch (IOException e) {
            return DnsReading.failed(name, exchange.isClosed() ? "dns-closed" : "dns-unreachable");
        }
    }

    private static Duration bounded(DnsAnswer.Kind kind, long seconds) {
        Duration most = switch (kind) {
            case RECORDS -> MAX_TTL;
            case NODATA, NXDOMAIN -> MAX_NEGATIVE_TTL;
            case FAILED -> MIN_TTL;
        };
        if (seconds <= MIN_TTL.toSeconds()) {
            return MIN_TTL;
        }
        return seconds >= most.toSeconds() ? most : Duration.ofSeconds(seconds);
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static @Nullable Name parse(String name) {
        if (!NAME.matcher(name).matches()) {
            return null;
        }
        try {
            return Name.fromString(name, Name.root);
        } catch (TextParseException e) {
            return null;
        }
    }

    /** The root stands for no host; a name that is none of a host's cannot be asked for, and so does not exist. */
    private static List<MxRecord> readMx(Record record) {
        MXRecord r = (MXRecord) record;
        return List.of(new MxRecord(
                r.getPriority(),
                r.getTarget().equals(Name.root) ? "" : plain(r.getTarget().toString(true))));
    }

    private static List<String> readTxt(Record record) {
        StringBuilder text = new StringBuilder();
        for (byte[] part : ((TXTRecord) record).getStringsAsByteArrays()) {
            text.append(new String(part, StandardCharsets.ISO_8859_1));
        }
        return List.of(text.toString());
    }

    private static List<String> readPtr(Record record) {
        return List.of(plain(((PTRRecord) record).getTarget().toString(true)));
    }

    private static List<TlsaRecord> readTlsa(Record record) {
        TLSARecord r = (TLSARecord) record;
        return List.of(new TlsaRecord(
                r.getCertificateUsage(),
                r.getSelector(),
                r.getMatchingType(),
                Bytes.of(r.getCertificateAssociationData())));
    }
}
