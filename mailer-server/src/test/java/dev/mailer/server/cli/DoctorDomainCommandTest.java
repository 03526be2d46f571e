// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.smtp.dkim.DkimAlgorithm;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.testkit.dns.DnsReaction;
import dev.mailer.testkit.dns.ScriptedDnsServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DoctorDomainCommandTest {
    private final ScriptedDnsServer dns = ScriptedDnsServer.start();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        dns.close();
    }

    private Shell.Result doctor(String... more) {
        List<String> all = new ArrayList<>(List.of("doctor", "domain", "example.com", "--timeout", "5m"));
        all.addAll(List.of(more));
        return new Shell(folder.resolve("data")).run(all.toArray(String[]::new));
    }

    private String server() {
        return "127.0.0.1:" + dns.port();
    }

    private void goodZone() {
        dns.txt("example.com", "v=spf1 ip4:9.9.9.9 -all")
                .txt("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:a@example.com");
        dns.mx("example.com", 10, "mail.example.com").address("mail.example.com", "9.9.9.9");
        dns.ptr("9.9.9.9.in-addr.arpa", "mail.example.com");
        dns.txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:a@example.com");
    }

    @Test
    void the_settings_tell_keys_ehlo_address_and_name_servers() throws Exception {
        DkimPrivateKey key = DkimPrivateKey.generate(DkimAlgorithm.RSA);
        Path file = Files.createFile(
                folder.resolve("key.pem"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, key.toPem().reveal());
        goodZone();
        dns.txt("s1._domainkey.example.com", key.record());
        String[] settings = {
            "--set",
            "dkim.example.com.selector=s1",
            "--set",
            "dkim.example.com.keyFile=" + file,
            "--set",
            "dkim.other.domain=example.org",
            "--set",
            "dkim.other.selector=s2",
            "--set",
            "dkim.other.keyFile=" + file,
            "--set",
            "transport=failover(mx:?ehlo=mail.example.com&sourceAddress=9.9.9.9&dns=" + server() + " null:)"
        };

        Shell.Result good = doctor(settings);

        assertThat(good.exit()).as(good.out()).isZero();
        assertThat(good.out())
                .contains("ok       SPF: 9.9.9.9 passes, by ip4:9.9.9.9")
                .contains(
                        "ok       DKIM: s1._domainkey.example.com has the record of the rsa key of 2048 bits that signs")
                .contains("ok       DMARC: _dmarc.example.com: policy reject")
                .contains("ok       MX: ")
                .contains("ok       PTR: 9.9.9.9 has a name that leads back to it, and EHLO says it")
                .contains("advice   MTA-STS: there is no MTA-STS record")
                .contains("         _mta-sts.example.com. IN TXT \"v=STSv1; id=")
                .contains("advice   unsubscribe: ")
                .doesNotContain("s2._domainkey");

        dns.remove("s1._domainkey.example.com");
        Shell.Result bad = doctor(settings);
        assertThat(bad.exit()).isEqualTo(1);
        assertThat(bad.out())
                .contains("problem  DKIM: s1._domainkey.example.com has no record: nobody can verify your signatures")
                .contains("         s1._domainkey.example.com. IN TXT \"v=DKIM1; k=rsa; p=");
    }

    @Test
    void each_source_address_of_the_settings_is_looked_at() {
        goodZone();
        StringBuilder all = new StringBuilder("9.9.9.9*3, 2620:fe::9");
        for (int i = 1; i < 30; i++) {
            all.append(",9.9.8.").append(i);
        }

        Shell.Result result = doctor(
                "--set",
                "transport=mx:?dns=" + server() + "&sourceAddress="
                        + all.toString().replace(" ", "%20"));

        assertThat(result.exit()).as(result.err()).isEqualTo(1);
        assertThat(result.out())
                .contains("9.9.9.9 passes")
                .contains("2620:fe:0:0:0:0:0:9 does not pass")
                .contains("9.9.8.18 does not pass")
                .doesNotContain("9.9.8.19");
        assertThat(doctor("--set", "transport=mx:?sourceAddress=9.9.9.9*0").err())
                .contains("sourceAddress: \"9.9.9.9*0\" is no address");
    }

    @Test
    void options_stand_in_for_settings_and_json_has_each_record() {
        dns.exists("example.com").txt("_spf.relay.example", "v=spf1 ip4:9.9.9.20 -all");

        Shell.Result result = doctor(
                "--dns",
                server(),
                "--selector",
                "s1",
                "--address",
                "9.9.9.9",
                "--ehlo",
                "mail.example.com",
                "--include",
                "_spf.relay.example",
                "--reports-to",
                "reports@example.com",
                "--unsubscribe",
                "http://go.example.com/secret",
                "--json");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).doesNotContain("secret");
        JsonNode first = result.json().at("/data/0");
        assertThat(first.at("/level").asString()).isEqualTo("problem");
        assertThat(first.at("/check").asString()).isEqualTo("SPF");
        assertThat(first.at("/text").asString()).isEqualTo("example.com has no SPF record");
        assertThat(first.at("/record/name").asString()).isEqualTo("example.com");
        assertThat(first.at("/record/type").asString()).isEqualTo("TXT");
        assertThat(first.at("/record/value").asString())
                .isEqualTo("v=spf1 ip4:9.9.9.9 include:_spf.relay.example ~all");
    }

    @Test
    void the_public_url_is_that_of_unsubscribing() {
        String out = doctor("--dns", server(), "--set", "publicUrl=http://go.example.com/path")
                .out();

        assertThat(out).contains("problem  unsubscribe: the URL is no https://HOST/");
    }

    @Test
    void a_record_is_printed_once() {
        dns.txt("example.com", "v=spf1 ?all");

        String out = doctor("--dns", server(), "--address", "9.9.9.9").out();

        assertThat(out)
                .containsOnlyOnce("example.com. IN TXT \"v=spf1 ip4:9.9.9.9 ~all\"")
                .contains("(the record is above)");
    }

    @Test
    void what_nobody_can_say_is_no_success() {
        goodZone();
        dns.always("example.com", DnsReaction.servfail());

        Shell.Result result = doctor("--dns", server(), "--selector", "s1");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("unknown  SPF: nobody could say what is at example.com: dns-servfail");
    }

    @Test
    void wrong_arguments_are_told() {
        assertThat(doctor("--address", "mail.example.com"))
                .isEqualTo(new Shell.Result(
                        2,
                        "",
                        String.format(
                                "\"mail.example.com\" is no address; expected such as 192.0.2.1 or 2001:db8::1%n")));
        assertThat(doctor("--dns", "ns").err()).contains("'ns' is no name server");
        assertThat(doctor("--selector", "s 1").err()).contains("the selector \"s 1\" is no name");
        assertThat(doctor("--timeout", "soon").exit()).isEqualTo(2);
        assertThat(new Shell(folder.resolve("data"))
                        .run("doctor", "domain", "localhost")
                        .err())
                .contains("\"localhost\" is no domain");
        assertThat(new Shell(folder.resolve("data"))
                        .run("doctor", "domain", "--help")
                        .out())
                .contains("--selector")
                .contains("mailer doctor domain example.com");
    }
}
