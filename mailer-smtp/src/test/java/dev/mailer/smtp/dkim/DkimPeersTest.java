// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What we sign verifies with others, and what others sign with us. Needs Debian's python3-dkim, opendkim and openssl, and node, npm and npm's registry for mailauth.
 */
@Tag("peers")
class DkimPeersTest {
    private static final String MAILAUTH = "mailauth@4.13.3";
    private static final List<String> BODIES = List.of(
            "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n",
            "",
            "\r\n\r\n",
            "no line end",
            " leading\t\tblanks \t \r\n\r\n \r\nand empty lines\r\n\r\n \r\n\r\n",
            ".dot\r\n..dots\r\n" + "x".repeat(990) + "\r\n",
            "Gr\u00fc\u00dfe\r\n");

    @TempDir
    private Path folder;

    @Test
    void dkimpy_verifies_what_we_sign_and_finds_what_was_changed() throws Exception {
        Path script = Files.writeString(folder.resolve("verify.py"), """
                import sys, json, dkim
                records = json.load(open(sys.argv[1]))
                message = open(sys.argv[2], 'rb').read()
                def txt(name, timeout=5):
                    return records.get(name.decode().rstrip('.'), '').encode()
                verifier = dkim.DKIM(message)
                print([bool(verifier.verify(idx=i, dnsfunc=txt)) for i in range(2)])
                """);
        Path records = recordsAsJson("%s");

        for (String body : BODIES) {
            String signed = signed(body);
            assertThat(run("/usr/bin/python3", script.toString(), records.toString(), file(signed)))
                    .as(body)
                    .endsWith("[True, True]");
            assertThat(run(
                            "/usr/bin/python3",
                            script.toString(),
                            records.toString(),
                            file("Subject: another\r\n" + signed)))
                    .endsWith("[False, False]");
        }
    }

    @Test
    void opendkim_verifies_our_rsa_signature() throws Exception {
        // Its library reads keys from a file, one a line; Debian's build of it knows no Ed25519.
        DkimSigner rsa = DkimSigner.builder()
                .key("example.com", "r1", Signing.RSA.toPem())
                .build();
        Path keys =
                Files.writeString(folder.resolve("keys"), "r1._domainkey.example.com " + Signing.RSA.record() + "\n");
        Path conf =
                Files.writeString(folder.resolve("opendkim.conf"), "TestPublicKeys " + keys + "\nMode v\nSyslog no\n");

        for (String body : BODIES) {
            String signed = Signing.signed(rsa, "example.com", mail(body));
            assertThat(run("/usr/sbin/opendkim", "-x", conf.toString(), "-t", file(signed)))
                    .as(body)
                    .contains("succeeded");
            assertThat(run("/usr/sbin/opendkim", "-x", conf.toString(), "-t", file("To: eve@example.net\r\n" + signed)))
                    .doesNotContain("succeeded");
        }
    }

    @Test
    void mailauth_verifies_what_we_sign_and_finds_what_was_changed() throws Exception {
        Path node = Files.createDirectories(Path.of("target", "mailauth-client"));
        run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", node.toString(), MAILAUTH);
        Path script = Files.writeString(node.resolve("verify.js"), """
                const { dkimVerify } = require('mailauth/lib/dkim/verify');
                const fs = require('fs');
                const records = JSON.parse(fs.readFileSync(process.argv[2]));
                const resolver = async (name, type) => {
                    if (type === 'TXT' && records[name]) return [records[name]];
                    const error = new Error('none'); error.code = 'ENOTFOUND'; throw error;
                };
                dkimVerify(fs.readFileSync(process.argv[3]), { resolver, curTime: new Date(1700000000000) })
                    .then(result => console.log(result.results.map(r => r.status.result).join(' ')));
                """);
        Path records = recordsAsJson("[%s]");

        for (String body : BODIES) {
            String signed = signed(body);
            assertThat(run("node", script.toString(), records.toString(), file(signed)))
                    .as(body)
                    .isEqualTo("pass pass");
            assertThat(run("node", script.toString(), records.toString(), file("Date: x\r\n" + signed)))
                    .isNotEmpty()
                    .doesNotContain("pass");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"})
    void we_verify_what_dkimpy_signs(String form) throws Exception {
        Path script = Files.writeString(folder.resolve("sign.py"), """
                import sys, dkim
                message = open(sys.argv[1], 'rb').read()
                header, body = [c.encode() for c in sys.argv[2].split('/')]
                field = dkim.sign(message, b'r1', b'example.com', open(sys.argv[3], 'rb').read(), canonicalize=(header, body))
                sys.stdout.buffer.write(field)
                """);
        Path key = Files.writeString(folder.resolve("key"), Corpus.text("dkimpy/2048_testkey.key"));

        for (String body : BODIES) {
            String mail = mail(body);
            String field = run("/usr/bin/python3", script.toString(), file(mail), form, key.toString());
            field = field.replace("\r\n", "\n").replace("\n", "\r\n") + "\r\n";

            assertThat(Signing.verify((field + mail).getBytes(ISO_8859_1), Signing.records(), 4_000_000_000L))
                    .as(body)
                    .extracting(DkimResult::status)
                    .containsExactly(DkimStatus.PASS);
        }
    }

    @Test
    void openssl_reads_our_keys_and_we_read_those_of_openssl() throws Exception {
        for (DkimAlgorithm algorithm : DkimAlgorithm.values()) {
            Path ours = Files.writeString(
                    folder.resolve("ours"),
                    DkimPrivateKey.generate(algorithm).toPem().reveal());
            assertThat(run("openssl", "pkey", "-in", ours.toString(), "-noout", "-check"))
                    .containsIgnoringCase("valid");
        }
        for (List<String> arguments : List.of(
                List.of("genrsa", "2048"),
                List.of("genrsa", "-traditional", "2048"),
                List.of("genpkey", "-algorithm", "ed25519"))) {
            String[] command = new String[arguments.size() + 1];
            command[0] = "openssl";
            for (int i = 0; i < arguments.size(); i++) {
                command[i + 1] = arguments.get(i);
            }
            String pem = run(command);
            DkimPrivateKey key = DkimPrivateKey.parse(Secret.of(pem));
            Path file = Files.writeString(folder.resolve("theirs"), pem.substring(pem.indexOf("-----BEGIN")));
            String publicKey = run("openssl", "pkey", "-in", file.toString(), "-pubout", "-outform", "PEM")
                    .replaceAll("-----[A-Z ]+-----|\\s", "");

            assertThat(publicKey).endsWith(TagList.parse(key.record()).compact("p"));
        }
    }

    private String signed(String body) {
        return Signing.signed(Signing.both(), "example.com", mail(body));
    }

    private static String mail(String body) {
        return Signing.MAIL.substring(0, Signing.MAIL.indexOf("\r\n\r\n") + 4) + body;
    }

    /** As the transport sends it: it ends the last line. */
    private String file(String message) throws IOException {
        String sent = message.endsWith("\r\n") ? message : message + "\r\n";
        return Files.write(folder.resolve("message"), sent.getBytes(ISO_8859_1)).toString();
    }

    private Path recordsAsJson(String value) throws IOException {
        StringBuilder json = new StringBuilder("{");
        for (Map.Entry<String, String> record : Signing.records().entrySet()) {
            json.append(json.length() > 1 ? "," : "")
                    .append('"')
                    .append(record.getKey())
                    .append("\":")
                    .append(value.formatted('"' + record.getValue() + '"'));
        }
        return Files.writeString(folder.resolve("records.json"), json.append('}'));
    }

    /** What the command prints, both streams, whether it succeeds or not. */
    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
