// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Reads the address corpora, found by the system property {@code mailer.corpora} or beside the checkout. The sets differ in
 * strictness, so each departure from one is a rule with its reason here, not a list of entries.
 */
class AddressCorpusTest {
    private record Entry(String text, Map<String, @Nullable String> fields) {
        boolean is(String field) {
            return "true".equals(fields.get(field));
        }

        String field(String name) {
            String value = fields.get(name);
            return value == null ? "" : value;
        }
    }

    /** A departure: what it applies to, and why. */
    private record Departure(String reason, Predicate<Entry> applies) {}

    private static final List<Departure> REFUSED_THOUGH_VALID = List.of(
            new Departure(
                    "unassigned and other invisible code points are refused in local part and domain",
                    e -> e.text().codePoints().anyMatch(c -> c >= 128 && Punycode.isInvisible(c))),
            new Departure(
                    "comments are header syntax, not SMTP (RFC 5321 §4.1.2)",
                    e -> unquoted(e.text()).contains("(")),
            new Departure(
                    "a domain has letters, digits and hyphens only (RFC 5321 §4.1.2, RFC 1035 §2.3.1)",
                    e -> domainOf(e.text())
                                    .chars()
                                    .anyMatch(c -> c < 128 && c != '.' && c != '-' && !Character.isLetterOrDigit(c))
                            && !domainOf(e.text()).startsWith("[")),
            new Departure(
                    "quoted words within a dotted local part are obsolete (RFC 5322 §4.4)",
                    e -> unquoted(e.text()).contains("\".")
                            || unquoted(e.text()).contains(".\"")));

    /** By the message of that set, so that it covers every entry with the same rule. */
    private static final Map<String, String> ACCEPTED_THOUGH_PYTHON_REFUSES = Map.of(
            "It should have a period.",
            "policy: a single label is allowed for embedded and development use",
            "A bracketed IP address after the @-sign is not allowed here.",
            "policy: address literals are SMTP (RFC 5321 §4.1.3)",
            "A display name and angle brackets around the email address are not permitted here.",
            "policy: the set allows them only where an option says so",
            "The display name contains invalid characters when not quoted: '.'.",
            "unquoted dots are in names everywhere and every parser must read them (RFC 5322 §4.1)",
            "too long after normalization",
            "the local part is sent as given, not normalized, and as given it fits");

    private static final Set<String> LEGAL_PYISEMAIL = Set.of(
            "ISEMAIL_VALID",
            "ISEMAIL_RFC5321_QUOTEDSTRING",
            "ISEMAIL_RFC5321_ADDRESSLITERAL",
            "ISEMAIL_RFC5321_TLDNUMERIC",
            "ISEMAIL_RFC5321_TLD");

    @Test
    void isemail_set() throws IOException {
        List<Entry> entries = read("isemail.jsonl", "address");
        check("isemail", entries, Address::of, e -> e.is("valid") || e.is("legal_smtp"), e -> false);
    }

    @Test
    void python_email_validator_set() throws IOException {
        List<Entry> all = read("python-email-validator.jsonl", "address");
        List<Entry> own = all.stream()
                .filter(e -> !e.field("group").equals("pyisemail_tests"))
                .toList();
        List<Entry> pyisemail = all.stream()
                .filter(e -> e.field("group").equals("pyisemail_tests"))
                .toList();

        // undecided entries: quoted local parts are SMTP, the others break a limit
        check(
                "python-email-validator",
                own,
                Address::parse,
                e -> e.is("valid")
                        || e.field("group").contains("reserved_domain")
                        || e.field("group").contains("valid_only_if_quoted"),
                e -> ACCEPTED_THOUGH_PYTHON_REFUSES.keySet().stream().anyMatch(e.field("note")::contains));
        check("pyisemail", pyisemail, Address::of, e -> LEGAL_PYISEMAIL.contains(e.field("note")), e -> false);
    }

    @Test
    void flanker_set() throws IOException {
        check("flanker", read("flanker-mailbox.jsonl", "mailbox"), Address::parse, e -> e.is("valid"), e -> false);
    }

    @Test
    void nothing_accepted_is_dangerous_and_all_of_it_survives() throws IOException {
        List<Entry> all = new ArrayList<>(read("isemail.jsonl", "address"));
        all.addAll(read("python-email-validator.jsonl", "address"));
        all.addAll(read("flanker-mailbox.jsonl", "mailbox"));
        List<Function<String, Address>> readers = List.of(
                Address::of, Address::parse, text -> Address.parseList(text).get(0), text -> Address.of("Jo", text));
        int accepted = 0;
        for (Entry entry : all) {
            for (Function<String, Address> reader : readers) {
                Address address = readOrNull(reader, entry.text());
                if (address != null) {
                    accepted++;
                    assertThat(entry.text()).doesNotContain("\r", "\n", "\0");
                    assertThat(unquoted(entry.text())
                                    .chars()
                                    .filter(c -> c == '@')
                                    .count())
                            .as(entry.text())
                            .isEqualTo(1);
                    assertThat(Address.of(address.spec()).spec()).isEqualTo(address.spec());
                    assertThat(Address.parse(address.toString())).isEqualTo(address);
                    assertThat(address.domain()).isASCII();
                }
            }
        }
        assertThat(accepted).isGreaterThan(all.size());
    }

    private static void check(
            String set,
            List<Entry> entries,
            Function<String, Address> reader,
            Predicate<Entry> legal,
            Predicate<Entry> mayPass) {
        Map<String, Integer> counts = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (Entry entry : entries) {
            boolean accepted = readOrNull(reader, entry.text()) != null;
            List<String> reasons = REFUSED_THOUGH_VALID.stream()
                    .filter(d -> d.applies().test(entry))
                    .map(Departure::reason)
                    .toList();
            String outcome = accepted ? "accepted" : "refused";
            if (legal.test(entry) && !accepted) {
                outcome = reasons.isEmpty() ? "WRONGLY refused" : "refused though valid: " + reasons.get(0);
            } else if (!legal.test(entry) && accepted) {
                outcome = mayPass.test(entry) ? "accepted though invalid there" : "WRONGLY accepted";
            }
            counts.merge(outcome, 1, Integer::sum);
            if (outcome.startsWith("WRONGLY")) {
                wrong.add(outcome + " " + entry.text() + " " + entry.fields());
            }
        }
        System.out.println(set + ": " + entries.size() + " entries " + counts);
        assertThat(wrong).isEmpty();
    }

    private static @Nullable Address readOrNull(Function<String, Address> reader, String text) {
        try {
            return reader.apply(text);
        } catch (InvalidEmailException e) {
            return null;
        }
    }

    /** The text without the content of its quoted strings. */
    private static String unquoted(String text) {
        StringBuilder rest = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
                rest.append(c);
            } else if (!quoted) {
                rest.append(c);
            }
        }
        return rest.toString();
    }

    private static String domainOf(String text) {
        String rest = unquoted(text).strip();
        String domain = rest.substring(rest.lastIndexOf('@') + 1);
        return domain.endsWith(">") ? domain.substring(0, domain.length() - 1) : domain;
    }

    private static List<Entry> read(String file, String key) throws IOException {
        Path path = corpora().resolve("address").resolve(file);
        Assumptions.assumeTrue(
                Files.isRegularFile(path), "no corpus at " + path + "; set the system property mailer.corpora");
        List<Entry> entries = new ArrayList<>();
        for (String line : Files.readAllLines(path)) {
            Map<String, @Nullable String> fields = flatObject(line);
            String text = fields.remove(key);
            entries.add(new Entry(String.valueOf(text), fields));
        }
        return entries;
    }

    private static Path corpora() {
        String given = System.getProperty("mailer.corpora", "");
        Path here = Path.of(System.getProperty("user.dir"));
        return given.isEmpty()
                ? Stream.of("../shared/corpora", "../../shared/corpora")
                        .map(here::resolve)
                        .filter(Files::isDirectory)
                        .findFirst()
                        .orElse(here.resolve("corpora"))
                : Path.of(given);
    }

    /** One line of the corpora: an object of strings, booleans and null. */
    private static Map<String, @Nullable String> flatObject(String line) {
        Map<String, @Nullable String> fields = new LinkedHashMap<>();
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            StringBuilder token = new StringBuilder();
            if (c == '"') {
                for (i++; line.charAt(i) != '"'; i++) {
                    if (line.charAt(i) != '\\') {
                        token.append(line.charAt(i));
                    } else if (line.charAt(++i) == 'u') {
                        token.append((char) Integer.parseInt(line.substring(i + 1, i + 5), 16));
                        i += 4;
                    } else {
                        int escape = "bfnrt".indexOf(line.charAt(i));
                        token.append(escape < 0 ? line.charAt(i) : "\b\f\n\r\t".charAt(escape));
                    }
                }
                tokens.add(token.toString());
            } else if (Character.isLetter(c)) {
                while (Character.isLetter(line.charAt(i))) {
                    token.append(line.charAt(i++));
                }
                i--;
                tokens.add(token.toString());
            }
        }
        for (int i = 0; i < tokens.size(); i += 2) {
            fields.put(tokens.get(i), tokens.get(i + 1));
        }
        return fields;
    }
}
