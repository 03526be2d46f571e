// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import dev.mailer.smtp.dkim.DkimSigner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
        assertThat(run("dkim", "verify", mail.toString()).err()).contains("--key-record is missing");
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
