// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What one message says about a name, its aliases followed (RFC 1034 §3.6.2).
 *
 * @param kind null when it names an alias and not what is behind it: that has to be asked for
 * @param records of the wanted type
 * @param end the name behind all aliases
 * @param ttl in seconds, the least of all records that matter; negative when nothing says
 * @param reason of a failure
 */
record DnsReading(
        DnsAnswer.@Nullable Kind kind, List<Record> records, Name end, boolean authenticated, long ttl, String reason) {
    static final String ALIAS_LOOP = "dns-alias-loop";
    private static final int MAX_ALIASES = 16;

    static DnsReading of(Message message, Name name, int type) {
        boolean authenticated = message.getHeader().getFlag(Flags.AD);
        int rcode = message.getRcode();
        if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
            return failed(name, reason(rcode));
        }
        long ttl = Long.MAX_VALUE;
        Name at = name;
        Set<Name> seen = new HashSet<>();
        while (seen.add(at)) {
            List<Record> records = select(message, at, type);
            if (!records.isEmpty()) {
                for (Record record : records) {
                    ttl = Math.min(ttl, record.getTTL());
                }
                return new DnsReading(DnsAnswer.Kind.RECORDS, records, at, authenticated, ttl, "");
            }
            List<Record> aliases = select(message, at, Type.CNAME);
            if (aliases.isEmpty()) {
                return nothing(message, name, at, authenticated, ttl);
            }
            ttl = Math.min(ttl, aliases.get(0).getTTL());
            at = ((CNAMERecord) aliases.get(0)).getTarget();
            if (seen.size() >= MAX_ALIASES) {
                break;
            }
        }
        return failed(at, ALIAS_LOOP);
    }

    /** NXDOMAIN is about the last name of the chain; no error and no SOA is no denial (RFC 2308 §2.2). */
    private static DnsReading nothing(Message message, Name asked, Name end, boolean authenticated, long ttl) {
        SOARecord soa = null;
        boolean hasServers = false;
        for (Record record : message.getSection(Section.AUTHORITY)) {
            if (record instanceof SOARecord s) {
                soa = s;
            }
            hasServers |= record.getType() == Type.NS;
        }
        // RFC 2308 §5: a denial lasts as long as the lesser of the two
        long negative = soa == null ? -1 : Math.min(ttl, Math.min(soa.getTTL(), soa.getMinimum()));
        if (message.getRcode() == Rcode.NXDOMAIN) {
            return new DnsReading(DnsAnswer.Kind.NXDOMAIN, List.of(), end, authenticated, negative, "");
        }
        if (soa == null && !end.equals(asked)) {
            return new DnsReading(null, List.of(), end, authenticated, ttl, "");
        }
        if (soa == null && hasServers) {
            return failed(end, "dns-referral");
        }
        return new DnsReading(DnsAnswer.Kind.NODATA, List.of(), end, authenticated, negative, "");
    }

    static DnsReading failed(Name end, String reason) {
        return new DnsReading(DnsAnswer.Kind.FAILED, List.of(), end, false, -1, reason);
    }

    private static String reason(int rcode) {
        return switch (rcode) {
            case Rcode.SERVFAIL -> "dns-servfail";
            case Rcode.REFUSED -> "dns-refused";
            default -> "dns-rcode-" + rcode;
        };
    }

    private static List<Record> select(Message message, Name name, int type) {
        return message.getSection(Section.ANSWER).stream()
                .filter(r -> r.getType() == type
                        && r.getDClass() == DClass.IN
                        && r.getName().equals(name))
                .toList();
    }
}
