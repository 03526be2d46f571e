// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import dev.mailer.smtp.mx.DnsAnswer;
import dev.mailer.smtp.mx.MxRecord;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver finds out about an address: the function check_host() of RFC 7208 §4, with its limits. Names that no resolver of
 * ours asks for, with anything but letters, digits, - and _, count as names that are not there. Used once, by one thread.
 */
final class SpfEvaluation {
    /** Terms that cause questions (RFC 7208 §4.6.4). */
    static final int MAX_LOOKUPS = 10;
    /** Of these, such that lead to nothing. */
    static final int MAX_VOID = 2;
    /** Hosts of an MX record, and names of an address, that are looked at. */
    static final int MAX_NAMES = 10;

    private static final Pattern DOMAIN = Pattern.compile("[!-~]{1,63}(?:\\.[!-~]{1,63})+");

    private final Lookups dns;
    private final SpfMacros macros;
    private final InetAddress ip;
    private int lookups;
    private int voids;
    private @Nullable String validated;

    SpfEvaluation(Lookups dns, SpfMacros macros) {
        this.dns = dns;
        this.macros = macros;
        this.ip = macros.ip();
    }

    /**
     * What came of it.
     *
     * @param term what matched, or what is wrong
     */
    record Verdict(SpfResult result, String term) {}

    Verdict of(String domain) {
        try {
            return check(domain);
        } catch (SpfException e) {
            return new Verdict(e.result(), e.reason());
        }
    }

    private Verdict check(String domain) throws SpfException {
        if (!isDomain(domain)) {
            return new Verdict(SpfResult.NONE, "'" + Findings.word(domain) + "' is no domain");
        }
        DnsAnswer<String> answer = dns.txt(domain);
        requireAnswer(answer, domain);
        List<String> texts = SpfRecord.among(answer.records());
        if (texts.isEmpty()) {
            return new Verdict(SpfResult.NONE, domain + " has no record");
        }
        if (texts.size() > 1) {
            throw SpfException.permanent(domain + " has " + texts.size() + " records");
        }
        SpfRecord record = SpfRecord.parse(texts.get(0));
        for (SpfTerm term : record.terms()) {
            if (matches(term, domain)) {
                return new Verdict(term.result(), term.text());
            }
        }
        return record.redirect() == null
                ? new Verdict(SpfResult.NEUTRAL, "nothing matches")
                : redirected(record.redirect(), domain);
    }

    private Verdict redirected(String redirect, String domain) throws SpfException {
        count();
        String target = macros.expand(redirect, domain, this::validatedName);
        Verdict verdict = check(target);
        if (verdict.result() == SpfResult.NONE) {
            throw SpfException.permanent("redirect=" + Findings.word(target) + ": there is no record");
        }
        return verdict;
    }

    private boolean matches(SpfTerm term, String domain) throws SpfException {
        if (term.kind().asks()) {
            count();
        }
        String target = term.target() == null ? domain : macros.expand(term.target(), domain, this::validatedName);
        return switch (term.kind()) {
            case ALL -> true;
            case IP4, IP6 -> isNetwork(term);
            case INCLUDE -> included(target);
            case A -> address(term, target);
            case MX -> exchanger(term, target);
            case PTR ->
                validatedNames(domain).stream()
                        .anyMatch(name -> name.equalsIgnoreCase(target) || isBelow(name, target));
            case EXISTS -> !counted(dns.ipv4(target), target).records().isEmpty();
        };
    }

    private boolean isNetwork(SpfTerm term) {
        boolean four = ip instanceof Inet4Address;
        InetAddress network = term.network();
        return network != null && four == (term.kind() == SpfTerm.Kind.IP4) && term.covers(network, ip);
    }

    /** RFC 7208 §5.2: only a pass matches, and what is no record is an error here. */
    private boolean included(String target) throws SpfException {
        Verdict verdict = check(target);
        if (verdict.result() == SpfResult.NONE) {
            throw SpfException.permanent("include:" + Findings.word(target) + ": there is no record");
        }
        return verdict.result() == SpfResult.PASS;
    }

    private boolean address(SpfTerm term, String target) throws SpfException {
        return counted(dns.likeOf(ip, target), target).records().stream().anyMatch(a -> term.covers(a, ip));
    }

    private boolean exchanger(SpfTerm term, String target) throws SpfException {
        List<MxRecord> hosts = counted(dns.mx(target), target).records();
        if (hosts.size() > MAX_NAMES) {
            throw SpfException.permanent(
                    target + " has " + hosts.size() + " mail hosts, more than the " + MAX_NAMES + " that SPF looks at");
        }
        for (MxRecord host : hosts) {
            if (host.host().isEmpty()) {
                continue;
            }
            DnsAnswer<InetAddress> addresses = dns.likeOf(ip, host.host());
            requireAnswer(addresses, host.host());
            if (addresses.records().stream().anyMatch(a -> term.covers(a, ip))) {
                return true;
            }
        }
        return false;
    }

    /** RFC 7208 §5.5: names of the address that lead back to it; failures are no names. */
    private List<String> validatedNames(String domain) {
        List<String> names = new ArrayList<>();
        List<String> all = dns.ptr(AddressText.reverse(ip)).records();
        for (String name : all.subList(0, Math.min(MAX_NAMES, all.size()))) {
            if (dns.likeOf(ip, name).records().contains(ip)) {
                names.add(name);
            }
        }
        // the one of the macro: the domain itself, one below it, any
        validated = names.stream()
                .filter(n -> n.equalsIgnoreCase(domain))
                .findFirst()
                .or(() -> names.stream().filter(n -> isBelow(n, domain)).findFirst())
                .orElse(names.isEmpty() ? "unknown" : names.get(0));
        return names;
    }

    private String validatedName() {
        if (validated == null) {
            var unused = validatedNames(macros.senderDomain());
        }
        return validated == null ? "unknown" : validated;
    }

    private void count() throws SpfException {
        if (++lookups > MAX_LOOKUPS) {
            throw SpfException.permanent("more than " + MAX_LOOKUPS + " look-ups");
        }
    }

    private <T> DnsAnswer<T> counted(DnsAnswer<T> answer, String name) throws SpfException {
        requireAnswer(answer, name);
        if (answer.records().isEmpty() && ++voids > MAX_VOID) {
            throw SpfException.permanent("more than " + MAX_VOID + " look-ups that lead to nothing");
        }
        return answer;
    }

    private static void requireAnswer(DnsAnswer<?> answer, String name) throws SpfException {
        if (answer.isFailed()) {
            throw new SpfException(
                    SpfResult.TEMPERROR, "no answer for " + Findings.word(name) + ": " + answer.reason());
        }
    }

    /** RFC 7208 §4.3. */
    private static boolean isDomain(String domain) {
        return domain.length() <= 253 && DOMAIN.matcher(domain).matches();
    }

    static boolean isBelow(String name, String domain) {
        return name.length() > domain.length() + 1
                && name.regionMatches(true, name.length() - domain.length() - 1, "." + domain, 0, domain.length() + 1);
    }
}
