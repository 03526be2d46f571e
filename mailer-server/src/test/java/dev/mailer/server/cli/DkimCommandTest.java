// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import dev.mailer.smtp.dkim.DkimSigner;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DkimCommandTest {
    private static final String MAIL = "From: shop@example.com\r\nSubject: hi\r\n\r\nThank you!\r\n";

    @TempDir
    private Path folder;

    @Test
    void makes_keys_that_sign_and_records_that_verify() throws Exception {
        Shell.Result made = keygen("--selector", "s1");

        Path rsa = folder.resolve("keys/s1._domainkey.example.com.pem");
        Path ed25519 = folder.resolve("keys/s1-ed25519._domainkey.example.com.pem");
        assertThat(made.exit()).as(made.err()).isZero();
        assertThat(made.out().lines()).hasSize(2);
        assertThat(made.out())
                .startsWith("s1._domainkey.example.com. IN TXT \"v=DKIM1; k=rsa; p=")
                .contains("\ns1-ed25519._domainkey.example.com. IN TXT \"v=DKIM1; k=ed25519; p=");
        for (Path file : new Path[] {rsa, ed25519}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }

        DkimSigner signer = DkimSigner.builder()
                .key("example.com", "s1", Secret.of(Files.readString(rsa)))
                .key("example.com", "s1-ed25519", Secret.of(Files.readString(ed25519)))
                .build();
        String fields = signer.sign("example.com", 1_700_000_000L, out -> out.write(MAIL.getBytes(UTF_8)));
        Path mail = Files.writeString(folder.resolve("mail.eml"), fields + MAIL);
        Path records = Files.writeString(folder.resolve("records"), made.out());

        Shell.Result good = run("dkim", "verify", mail.toString(), "--key-record", records.toString());
        assertThat(good.out())
                .isEqualTo(String.format("pass (rsa-sha256, d=example.com, s=s1)%n"
                        + "pass (ed25519-sha256, d=example.com, s=s1-ed25519)%n"));
        assertThat(good.exit()).isZero();

        Files.writeString(mail, "Subject: another\r\n" + fields + MAIL);
        Shell.Result bad = run("dkim", "verify", mail.toString(), "--key-record", records.toString(), "--json");
        assertThat(bad.exit()).isEqualTo(1);
        assertThat(bad.json().at("/verified").asBoolean(true)).isFalse();
        JsonNode first = bad.json().at("/signatures/0");
        assertThat(first.at("/status").asString()).isEqualTo("fail");
        assertThat(first.at("/domain").asString()).isEqualTo("example.com");
        assertThat(first.at("/key_bits").asInt()).isEqualTo(2048);
    }

    @Test
    void prints_the_record_of_a_key_in_strings_that_fit() {
        Shell.Result made = keygen("--selector", "s1", "--algorithm", "rsa");
        String file = folder.resolve("keys/s1._domainkey.example.com.pem").toString();

        Shell.Result printed = run("dkim", "dns", file, "--domain", "example.com", "--selector", "s1");
        JsonNode json = run("dkim", "dns", file, "--domain", "example.com", "--selector", "s1", "--json")
                .json();

        assertThat(printed.out()).isEqualTo(made.out());
        assertThat(json.at("/records/0/name").asString()).isEqualTo("s1._domainkey.example.com");
        assertThat(json.at("/records/0/strings"))
                .hasSize(2)
                .allMatch(s -> s.asString().length() <= 255);
        assertThat(json.at("/records/0/strings/0").asString()
                        + json.at("/records/0/strings/1").asString())
                .isEqualTo(json.at("/records/0/text").asString());
    }

    @Test
    void replaces_no_key() throws Exception {
        Shell.Result first = keygen("--selector", "s1", "--algorithm", "ed25519");
        Path file = folder.resolve("keys/s1._domainkey.example.com.pem");
        String key = Files.readString(file);
        Shell.Result again = keygen("--selector", "s1");

        assertThat(first.exit()).isZero();
        assertThat(again.exit()).isEqualTo(2);
        assertThat(again.err()).contains(file + " exists already: a new key takes a new selector");
        assertThat(Files.readString(file)).isEqualTo(key);
        assertThat(folder.resolve("keys/s1-ed25519._domainkey.example.com.pem")).doesNotExist();
    }

    @Test
    void says_what_is_wrong() throws Exception {
        Path mail = Files.writeString(folder.resolve("mail.eml"), MAIL);
        Path record = Files.writeString(folder.resolve("record"), "v=DKIM1; p=\n");

        assertThat(keygen("--selector", "s 1").err()).contains("the selector \"s 1\" is no name");
        assertThat(keygen("--selector", "s1", "--algorithm", "dsa").err())
                .contains("--algorithm is \"dsa\", allowed are rsa, ed25519 and both");
        assertThat(keygen("--selector", "s1", "--bits", "1024").err())
                .contains("--bits: a new RSA key has 2048 to 4096 bits, not 1024");
        assertThat(run("dkim", "verify", mail.toString(), "--dns", "ns.example.com")
                        .err())
                .contains("--dns: 'ns.example.com' is no name server");
        assertThat(run("dkim", "verify", mail.toString(), "--key-record", record.toString()))
                .isEqualTo(new Shell.Result(1, String.format("no signature%n"), ""));
        assertThat(run("dkim", "verify", "none.eml", "--key-record", record.toString())
                        .err())
                .contains("none.eml: there is no such file or folder");
        assertThat(run("dkim", "dns", mail.toString(), "--domain", "example.com", "--selector", "s1")
                        .err())
                .contains("mail.eml: the key is neither PEM nor a key in base64");
        assertThat(run("dkim").exit()).isEqualTo(2);
    }

    @Test
    void a_record_without_a_name_is_that_of_every_key() throws Exception {
        KeyRecordFile bare = KeyRecordFile.parse("\"v=DKIM1; k=rsa; \" \"p=AAAA\"\n");
        KeyRecordFile named = KeyRecordFile.parse("S1._domainkey.example.com v=DKIM1; p=AAAA\n");

        assertThat(bare.txt("any._domainkey.example.com")).containsExactly("v=DKIM1; k=rsa; p=AAAA");
        assertThat(named.txt("s1._domainkey.example.com")).containsExactly("v=DKIM1; p=AAAA");
        assertThat(named.txt("s2._domainkey.example.com")).isEmpty();
    }

    @Test
    void looks_keys_up_in_the_dns() throws Exception {
        Shell.Result made = keygen("--selector", "s1", "--algorithm", "rsa");
        Path key = folder.resolve("keys/s1._domainkey.example.com.pem");
        DkimSigner signer = DkimSigner.builder()
                .key("example.com", "s1", Secret.of(Files.readString(key)))
                .build();
        String fields = signer.sign("example.com", 1_700_000_000L, out -> out.write(MAIL.getBytes(UTF_8)));
        Path mail = Files.writeString(folder.resolve("mail.eml"), fields + MAIL);
        try (ScriptedDnsServer dns = ScriptedDnsServer.start()) {
            String[] verify = {"dkim", "verify", mail.toString(), "--dns", "127.0.0.1:" + dns.port()};

            assertThat(run(verify).out())
                    .startsWith("permerror")
                    .contains("there is no key at s1._domainkey.example.com");
            dns.txt(
                    "s1._domainkey.example.com",
                    KeyRecordFile.parse(made.out())
                            .txt("s1._domainkey.example.com")
                            .get(0));
            assertThat(run(verify))
                    .isEqualTo(new Shell.Result(0, String.format("pass (rsa-sha256, d=example.com, s=s1)%n"), ""));
            dns.always("s1._domainkey.example.com", DnsReaction.servfail());
            assertThat(run(verify).out()).startsWith("temperror").contains("dns-servfail");
            assertThat(run(verify).exit()).isEqualTo(1);
        }
    }

    @Test
    void zone_files_may_have_several_lines_and_comments() {
        KeyRecordFile zone = KeyRecordFile.parse("""
                $ORIGIN example.com.
                ; keys of 2026 (old
                s1._domainkey\tIN\tTXT\t( "v=DKIM1; k=rsa; " ; first
                \t  "p=AA"
                \t  "BB" )  ; ----- DKIM key s1 for example.com
                s2._domainkey.example.com. 300 IN TXT "v=DKIM1; p=CC" ; "p=DD"
                """);

        assertThat(zone.txt("s1._domainkey.example.com")).containsExactly("v=DKIM1; k=rsa; p=AABB");
        assertThat(zone.txt("s1._domainkey.example.org")).containsExactly("v=DKIM1; k=rsa; p=AABB");
        assertThat(zone.txt("s2._domainkey.example.com")).containsExactly("v=DKIM1; p=CC");
        assertThat(zone.txt("s2._domainkey.example.org")).isEmpty();
    }

    @Test
    void a_zone_file_that_is_cut_off_is_told() throws Exception {
        Path mail = Files.writeString(folder.resolve("mail.eml"), MAIL);
        Path open = Files.writeString(folder.resolve("open"), "s1._domainkey IN TXT ( \"v=DKIM1; \"\n");
        Path quote = Files.writeString(folder.resolve("quote"), "s1._domainkey IN TXT \"v=DKIM1; \n\"");

        assertThat(run("dkim", "verify", mail.toString(), "--key-record", open.toString()))
                .isEqualTo(new Shell.Result(
                        2, "", String.format("%s: a parenthesis is not closed: a record is cut off%n", open)));
        assertThat(run("dkim", "verify", mail.toString(), "--key-record", quote.toString())
                        .err())
                .contains("quote: a quote is not closed on its line");
    }

    @Test
    void keys_are_taken_as_octets_and_open_files_are_told() throws Exception {
        Shell.Result made = keygen("--selector", "s1", "--algorithm", "rsa");
        String pem = Files.readString(folder.resolve("keys/s1._domainkey.example.com.pem"));
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
        Path file = Files.write(folder.resolve("s1.der"), der);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        Shell.Result printed = run("dkim", "dns", file.toString(), "--domain", "example.com", "--selector", "s1");
        assertThat(printed.out()).isEqualTo(made.out());
        assertThat(printed.err()).contains("s1.der is open to other users").contains("chmod go= ");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(run("dkim", "dns", file.toString(), "--domain", "example.com", "--selector", "s1")
                        .err())
                .isEmpty();
        Files.write(file, new byte[] {0, 1, 2, (byte) 200});
        assertThat(run("dkim", "dns", file.toString(), "--domain", "example.com", "--selector", "s1")
                        .err())
                .contains("s1.der: the key is neither PEM nor a key in base64");
    }

    @Test
    void of_several_that_make_the_same_key_one_does() throws Exception {
        List<Callable<Shell.Result>> all =
                Collections.nCopies(6, () -> keygen("--selector", "s1", "--algorithm", "ed25519"));
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<Shell.Result> results = new ArrayList<>();
        try {
            for (Future<Shell.Result> future : threads.invokeAll(all)) {
                results.add(future.get());
            }
        } finally {
            threads.shutdownNow();
        }

        Path file = folder.resolve("keys/s1._domainkey.example.com.pem");
        String published = run("dkim", "dns", file.toString(), "--domain", "example.com", "--selector", "s1")
                .out();
        assertThat(results)
                .filteredOn(r -> r.exit() == 0)
                .singleElement()
                .extracting(Shell.Result::out)
                .isEqualTo(published);
        assertThat(results).filteredOn(r -> r.exit() != 0).allMatch(r -> r.err().contains("exists already"));
    }

    private Shell.Result keygen(String... more) {
        String[] all = new String[6 + more.length];
        System.arraycopy(
                new String[] {
                    "dkim",
                    "keygen",
                    "--domain",
                    "example.com",
                    "--out",
                    folder.resolve("keys").toString()
                },
                0,
                all,
                0,
                6);
        System.arraycopy(more, 0, all, 6, more.length);
        return run(all);
    }

    private Shell.Result run(String... arguments) {
        return new Shell(folder.resolve("data")).run(arguments);
    }
}
