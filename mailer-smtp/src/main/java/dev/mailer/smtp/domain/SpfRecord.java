// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A record that can be read (RFC 7208 §4.5, §12).
 *
 * @param terms the mechanisms, in their order
 * @param redirect the domain whose record holds when none matches; null when there is no such
 */
record SpfRecord(String text, List<SpfTerm> terms, @Nullable String redirect) {
    private static final Pattern START = Pattern.compile("(?i)v=spf1(?: .*)?", Pattern.DOTALL);
    private static final Pattern MODIFIER = Pattern.compile("([A-Za-z][A-Za-z0-9._-]*)=(.*)");
    private static final Pattern MECHANISM =
            Pattern.compile("([+?~-]?)([A-Za-z][A-Za-z0-9._-]*)(?::([^/].*?|/.+?))??(?:/(\\d+))?(?://(\\d+))?");
    private static final Pattern NETWORK = Pattern.compile("([+?~-]?)(?i)(ip[46]):([0-9A-Fa-f.:]+)(?:/(\\d+))?");

    /** Records longer than this are refused: the largest answer of DNS has 65,535 octets, and who needs these. */
    private static final int MAX_LENGTH = 16_384;

    SpfRecord {
        terms = List.copyOf(terms);
    }

    /** Those of the texts that are records of SPF. */
    static List<String> among(List<String> texts) {
        return texts.stream().filter(t -> START.matcher(t).matches()).toList();
    }

    /** @throws SpfException what is wrong with it, a permanent error */
    static SpfRecord parse(String text) throws SpfException {
        if (text.length() > MAX_LENGTH) {
            throw SpfException.permanent("the record has " + text.length() + " characters");
        }
        List<SpfTerm> terms = new ArrayList<>();
        String redirect = null;
        boolean explained = false;
        for (String term : words(text)) {
            Matcher modifier = MODIFIER.matcher(term);
            if (!modifier.matches()) {
                terms.add(mechanism(term));
                continue;
            }
            String value = modifier.group(2);
            switch (modifier.group(1).toLowerCase(Locale.ROOT)) {
                case "redirect" -> {
                    requireFirst(redirect == null, term);
                    redirect = SpfMacros.requireDomain(value, term);
                }
                case "exp" -> {
                    requireFirst(!explained, term);
                    explained = true;
                    var unused = SpfMacros.requireDomain(value, term);
                }
                default -> SpfMacros.requireText(value, term);
            }
        }
        return new SpfRecord(text, terms, redirect);
    }

    /** The terms as they are written, modifiers among them. */
    private static List<String> words(String record) {
        List<String> words = new ArrayList<>();
        int start = "v=spf1".length();
        for (int i = start; i <= record.length(); i++) {
            if (i == record.length() || record.charAt(i) == ' ') {
                if (i > start) {
                    words.add(record.substring(start, i));
                }
                start = i + 1;
            }
        }
        return words;
    }

    /** Those of the terms that are no mechanisms, as they are written. */
    List<String> modifiers() {
        return words(text).stream().filter(w -> MODIFIER.matcher(w).matches()).toList();
    }

    /** What comes out when nothing else matches; null when the record does not say. */
    @Nullable
    SpfTerm all() {
        return terms.stream()
                .filter(t -> t.kind() == SpfTerm.Kind.ALL)
                .findFirst()
                .orElse(null);
    }

    private static void requireFirst(boolean first, String term) throws SpfException {
        if (!first) {
            throw SpfException.permanent("'" + Findings.word(term) + "' is there twice");
        }
    }

    private static SpfTerm mechanism(String term) throws SpfException {
        Matcher network = NETWORK.matcher(term);
        if (network.matches()) {
            return SpfNetwork.of(term, result(network.group(1)), network.group(2), network.group(3), network.group(4));
        }
        Matcher m = MECHANISM.matcher(term);
        SpfTerm.Kind kind = m.matches() ? kind(m.group(2)) : null;
        if (kind == null) {
            throw SpfException.permanent("'" + Findings.word(term) + "' is no term of SPF");
        }
        String target = m.group(3);
        boolean hasBits = m.group(4) != null || m.group(5) != null;
        boolean takesBits = kind == SpfTerm.Kind.A || kind == SpfTerm.Kind.MX;
        boolean needsTarget = kind == SpfTerm.Kind.INCLUDE || kind == SpfTerm.Kind.EXISTS;
        boolean isNetwork = kind == SpfTerm.Kind.IP4 || kind == SpfTerm.Kind.IP6;
        if (isNetwork || hasBits && !takesBits || needsTarget && target == null) {
            throw SpfException.permanent("'" + Findings.word(term) + "' is not as such a term is written");
        }
        if (target != null) {
            if (kind == SpfTerm.Kind.ALL) {
                throw SpfException.permanent("'" + Findings.word(term) + "': all takes no domain");
            }
            var unused = SpfMacros.requireDomain(target, term);
        }
        return new SpfTerm(
                term,
                result(m.group(1)),
                kind,
                target,
                null,
                SpfNetwork.bits(m.group(4), 32, term),
                SpfNetwork.bits(m.group(5), 128, term));
    }

    private static SpfTerm.@Nullable Kind kind(String name) {
        for (SpfTerm.Kind kind : SpfTerm.Kind.values()) {
            if (kind.name().equalsIgnoreCase(name)) {
                return kind;
            }
        }
        return null;
    }

    private static SpfResult result(String qualifier) {
        return switch (qualifier) {
            case "-" -> SpfResult.FAIL;
            case "~" -> SpfResult.SOFTFAIL;
            case "?" -> SpfResult.NEUTRAL;
            default -> SpfResult.PASS;
        };
    }
}
