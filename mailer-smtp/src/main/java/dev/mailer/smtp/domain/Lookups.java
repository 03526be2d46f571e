// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.mx.Deadline;
import dev.mailer.smtp.mx.Dns;
import dev.mailer.smtp.mx.DnsAnswer;
import dev.mailer.smtp.mx.MxRecord;
import dev.mailer.smtp.mx.StubResolver;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The questions of one check, no more than {@value #MAX} of them and none after the deadline: what a foreign zone leads to must not
 * keep us busy. For one thread.
 */
final class Lookups {
    /** Far more than a domain in order needs. */
    static final int MAX = 400;
    /** The reason of the answers behind the limit. */
    static final String TOO_MANY = "dns-too-many-questions";
    /** Records of one answer that are looked at. */
    static final int MAX_RECORDS = 100;

    private final Dns dns;
    private final Deadline deadline;
    private int asked;

    Lookups(Dns dns, Deadline deadline) {
        this.dns = dns;
        this.deadline = deadline;
    }

    Dns dns() {
        return dns;
    }

    Deadline deadline() {
        return deadline;
    }

    DnsAnswer<String> txt(String name) {
        return ask(dns::txt, name);
    }

    DnsAnswer<MxRecord> mx(String name) {
        return ask(dns::mx, name);
    }

    DnsAnswer<String> ptr(String name) {
        return ask(dns::ptr, name);
    }

    DnsAnswer<InetAddress> ipv4(String name) {
        return ask(dns::ipv4, name);
    }

    /** The addresses of a host of the kind of this one. */
    DnsAnswer<InetAddress> likeOf(InetAddress address, String name) {
        return address instanceof Inet4Address ? ipv4(name) : ask(dns::ipv6, name);
    }

    /** The addresses of both kinds; a failure when one is and the other gives none. */
    DnsAnswer<InetAddress> addresses(String name) {
        DnsAnswer<InetAddress> four = ipv4(name);
        DnsAnswer<InetAddress> six = ask(dns::ipv6, name);
        List<InetAddress> all = new ArrayList<>(four.records());
        all.addAll(six.records());
        DnsAnswer<InetAddress> some = !four.records().isEmpty() || four.isFailed() ? four : six;
        return all.isEmpty() ? some : new DnsAnswer<>(DnsAnswer.Kind.RECORDS, all, some.name(), false, some.ttl(), "");
    }

    private <T> DnsAnswer<T> ask(BiFunction<String, Deadline, DnsAnswer<T>> question, String name) {
        if (++asked > MAX || deadline.isOver()) {
            String reason = asked > MAX ? TOO_MANY : "dns-timeout";
            return new DnsAnswer<>(DnsAnswer.Kind.FAILED, List.of(), name, false, StubResolver.MIN_TTL, reason);
        }
        DnsAnswer<T> answer = question.apply(name, deadline);
        if (answer.records().size() <= MAX_RECORDS) {
            return answer;
        }
        List<T> some = answer.records().subList(0, MAX_RECORDS);
        return new DnsAnswer<>(answer.kind(), some, answer.name(), false, answer.ttl(), "");
    }
}
