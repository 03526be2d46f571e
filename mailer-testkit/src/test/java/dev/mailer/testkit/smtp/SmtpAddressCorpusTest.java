// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Outcome.Kind;
import dev.mailer.api.spi.Submission;
import dev.mailer.api.spi.Transport;
import dev.mailer.testkit.SampleSubmission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What we take of the address corpora goes over the wire octet by octet, as sender and as recipient, and nothing else does;
 * which addresses are to be taken is the matter of the parser's own test.
 */
class SmtpAddressCorpusTest {
    private static final Pattern ENTRY = Pattern.compile("\\{\"(?:address|mailbox)\": \"((?:[^\"\\\\]|\\\\.)*)\".*");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

    @Test
    void every_address_arrives_as_it_was_given_and_what_is_refused_never_leaves() throws IOException {
        Map<String, Address> taken = new LinkedHashMap<>();
        List<String> refused = new ArrayList<>();
        for (String text : corpus()) {
            Address address = readOrNull(text);
            if (address == null) {
                refused.add(text);
            } else {
                taken.put(text, address);
            }
        }

        List<String> commands = new ArrayList<>(List.of("EHLO client.example.com"));
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                Transport transport = Clients.of(server.uri() + "?" + Clients.FAST)) {
            for (Address address : taken.values()) {
                assertThat(Clients.send(transport, mail(address)).only().kind())
                        .as(address.spec())
                        .isEqualTo(Kind.ACCEPTED);
                String more = address.needsSmtpUtf8() ? " SMTPUTF8" : "";
                commands.add("MAIL FROM:<" + address.spec() + "> SIZE=26 BODY=8BITMIME" + more);
                commands.add("RCPT TO:<" + address.spec() + ">");
                commands.add("DATA");
            }

            assertThat(server.sessions()).hasSize(1);
            assertThat(server.sessions().get(0).commands()).containsExactlyElementsOf(commands);
            assertThat(server.mails())
                    .extracting(ReceivedMail::sender)
                    .containsExactlyElementsOf(
                            taken.values().stream().map(Address::spec).toList());
        }
        assertThat(taken).hasSizeGreaterThan(100);
        assertThat(refused).hasSizeGreaterThan(100);
        // the local part is nobody's to change but the receiver's (RFC 5321 §2.3.11)
        assertThat(taken).allSatisfy((text, address) -> assertThat(text).contains(address.localPart() + "@"));
    }

    private static Submission mail(Address address) {
        SampleSubmission mail = TestMail.to(address.spec()).sender(address);
        return address.needsSmtpUtf8() ? mail.needingSmtpUtf8() : mail;
    }

    private static @Nullable Address readOrNull(String text) {
        try {
            return Address.parse(text);
        } catch (InvalidEmailException e) {
            return null;
        }
    }

    private static List<String> corpus() throws IOException {
        Path folder = Path.of(System.getProperty("mailer.corpora", "")).resolve("address");
        Assumptions.assumeTrue(Files.isDirectory(folder), "no corpus; set the system property mailer.corpora");
        List<String> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    Matcher entry = ENTRY.matcher(line);
                    assertThat(entry.matches()).as(line).isTrue();
                    all.add(unescaped(entry.group(1)));
                }
            }
        }
        return all;
    }

    private static String unescaped(String json) {
        return ESCAPE.matcher(json)
                .replaceAll(m -> Matcher.quoteReplacement(
                        m.group(1) == null
                                ? "bfnrt".contains(m.group(2))
                                        ? String.valueOf("\b\f\n\r\t".charAt("bfnrt".indexOf(m.group(2))))
                                        : m.group(2)
                                : String.valueOf((char) Integer.parseInt(m.group(1), 16))));
    }
}
