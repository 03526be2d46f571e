// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MxSitesTest {
    private final MxSites sites = new MxSites(Providers.builtIn());

    @Test
    void domains_with_the_same_hosts_are_one_site() {
        MxSite one = sites.of(route("example.com", "mx1.host.example", "mx2.host.example"));
        MxSite other = sites.of(route("example.org", "mx2.host.example", "mx1.host.example"));

        assertThat(one).isEqualTo(other);
        assertThat(one)
                .isEqualTo(new MxSite("mx1.host.example,mx2.host.example", one.name(), Providers.UNKNOWN, false));
    }

    @Test
    void domains_with_other_hosts_are_other_sites() {
        assertThat(sites.of(route("example.com", "mx1.host.example")).name())
                .isNotEqualTo(sites.of(route("example.org", "mx1.host.example", "mx2.host.example"))
                        .name());
    }

    @Test
    void many_hosts_make_a_short_name_that_is_their_own() {
        String[] hosts = IntStream.range(0, 20)
                .mapToObj(i -> "a-rather-long-name-" + i + ".host.example")
                .toArray(String[]::new);
        String[] others = hosts.clone();
        others[19] = "another.host.example";

        MxSite site = sites.of(route("example.com", hosts));

        assertThat(site.name())
                .startsWith("a-rather-long-name-0.host.example+19~")
                .hasSizeLessThan(MxSites.MAX_NAME);
        assertThat(sites.of(route("example.org", others)).name()).isNotEqualTo(site.name());
        assertThat(sites.of(route("example.com", "x".repeat(60) + "." + "y".repeat(60), "z.example"))
                        .name())
                .hasSize(MxSites.MAX_NAME);
    }

    @ParameterizedTest
    @CsvSource({
        "gmail-smtp-in.l.google.com, google, google",
        "aspmx.l.google.com, google, google",
        "smtp.google.com, google, google",
        "outlook-com.olc.protection.outlook.com, outlook, outlook",
        "contoso-com.mail.protection.outlook.com, contoso-com.mail.protection.outlook.com, microsoft365",
        "contoso-com.o-v1.mx.microsoft, contoso-com.o-v1.mx.microsoft, microsoft365",
        "mta5.am0.yahoodns.net, yahoo, yahoo",
        "mx01.mail.icloud.com, icloud, icloud",
        "mx00.gmx.net, gmx, gmx",
        "mx-ha02.web.de, gmx, gmx",
        "mx00.t-online.de, t-online, t-online",
        "mailsec.protonmail.ch, proton, proton",
        "mx.zoho.eu, zoho, zoho",
        "mxs.mail.ru, mailru, mailru",
        "mx.yandex.ru, yandex, yandex",
        "mx1a1.comcast.net, comcast, comcast",
        "smtp-in.orange.fr, orange, orange",
        "smtp-in.libero.it, libero, libero",
        "eu-smtp-inbound-1.mimecast.com, eu-smtp-inbound-1.mimecast.com, mimecast",
        "notgoogle.com, notgoogle.com, notgoogle.com",
        "google.com.evil.example, google.com.evil.example, google.com.evil.example"
    })
    void providers_are_known_by_their_hosts(String host, String name, String group) {
        MxSite site = sites.of(route("example.com", host));

        assertThat(site.name()).isEqualTo(name);
        assertThat(site.group()).isEqualTo(group);
    }

    @Test
    void the_preferred_hosts_decide_who_the_provider_is() {
        MailRoute backup = new MailRoute(
                "example.com",
                List.of(),
                List.of("aspmx.l.google.com", "backup.example.com"),
                List.of("aspmx.l.google.com"),
                false);

        assertThat(sites.of(backup).group()).isEqualTo("google");
        assertThat(sites.of(route("example.org", "aspmx.l.google.com", "mx.example.org"))
                        .group())
                .isEqualTo("aspmx.l.google.com,mx.example.org");
    }

    @Test
    void a_host_that_is_called_as_a_provider_is_shares_nothing_with_it() {
        MxSite google = sites.of(route("example.com", "aspmx.l.google.com"));
        MxSite other = sites.of(route("example.org", google.name()));

        assertThat(other.name()).isNotEqualTo(google.name());
        assertThat(other.group()).isNotEqualTo(google.group());
        assertThat(sites.speaksFor(other, google.name())).isTrue();
    }

    @Test
    void a_host_that_is_not_of_the_provider_does_not_speak_for_it() {
        MxSite google = sites.of(route("example.com", "aspmx.l.google.com"));
        MxSite own = sites.of(route("example.org", "mx.example.org"));

        assertThat(sites.speaksFor(google, "alt1.aspmx.l.google.com")).isTrue();
        assertThat(sites.speaksFor(google, "backup.example.com")).isFalse();
        assertThat(sites.speaksFor(own, "mx.example.org")).isTrue();
    }

    @Test
    void a_file_changes_what_it_names_and_adds_providers() {
        MxSites changed = new MxSites(Providers.with("sites.conf", """
                # ours
                [google]
                connections = 40   # they know us
                [*]
                messages-per-minute = 600
                [school]
                hosts = *.SCHOOL.example mx.college.example
                recipients = 5
                """));

        assertThat(changed.of(route("gmail.com", "aspmx.l.google.com")).limits())
                .isEqualTo(new SiteLimits(40, 50, 50, 0));
        assertThat(changed.of(route("a.example", "mx.a.example")).limits()).isEqualTo(new SiteLimits(5, 100, 50, 600));
        assertThat(changed.of(route("b.example", "mx.school.example", "mx.college.example")))
                .isEqualTo(new MxSite("school", "school", new SiteLimits(5, 100, 5, 600), true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        connections = 5         | 'connections = 5'; expected [provider] and then key = value
        [Google]                | provider 'Google'; expected small letters, digits and hyphens, 40 at most, or *
        [a];speed = 5           | key 'speed'; expected one of hosts, site, connections, messages-per-connection, recipients, messages-per-minute
        [a];connections = 0     | connections '0'; expected a number from 1 to 100000
        [a];connections = many  | connections 'many'; expected a number from 1 to 100000
        [a];messages-per-minute = -1 | messages-per-minute '-1'; expected a number from 0 to 100000
        [a];hosts = *           | host '*'; expected names such as mx.example.com or *.example.com
        [a];hosts = mx.*.com    | host 'mx.*.com'; expected names such as mx.example.com or *.example.com
        [a];site = both         | site 'both'; expected provider (all hosts take mail for all domains) or hosts
        [a];nonsense            | 'nonsense'; expected [provider] and then key = value
        """)
    void an_error_names_line_value_and_what_may_be(String text, String message) {
        assertThatThrownBy(() -> Providers.with("sites.conf", "\n" + text.replace(';', '\n')))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining("sites.conf, line " + (text.contains(";") ? 3 : 2) + ": " + message);
    }

    private static MailRoute route(String domain, String... hosts) {
        List<String> sorted = List.of(hosts).stream().sorted().toList();
        return new MailRoute(domain, List.of(), sorted, sorted, false);
    }
}
