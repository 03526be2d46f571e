// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.internal.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mailer.tracking.internal.verdict.Verdict.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How well names tell programs from people; docs/tracking.md has the figures. */
class UserAgentsTest {
    private static final Pattern NAME = Pattern.compile("\"ua\": \"((?:[^\"\\\\]|\\\\.)*)\"");

    private final UserAgents userAgents = new UserAgents();

    @Test
    void nearly_all_robots_are_found() throws IOException {
        assertThat(share("bots.jsonl", Kind.BOT, Kind.PROXY)).isGreaterThan(0.97);
    }

    @Test
    void few_browsers_are_taken_for_robots() throws IOException {
        assertThat(share("humans.jsonl", Kind.BOT, Kind.PROXY)).isLessThan(0.075);
    }

    @Test
    void the_documents_tell_how_many() throws IOException {
        String said = Files.readString(Path.of("..", "docs", "tracking.md")).replace('\n', ' ');
        int bots = names("bots.jsonl").size();
        int humans = names("humans.jsonl").size();

        assertThat(said)
                .contains(String.format(
                        Locale.ROOT,
                        "names alone find %.0f%% of %,d robots and take %.0f%% of %,d browsers for one",
                        100 * share("bots.jsonl", Kind.BOT, Kind.PROXY),
                        bots,
                        100 * share("humans.jsonl", Kind.BOT, Kind.PROXY),
                        humans));
    }

    @Test
    void mail_programs_are_people_and_mail_proxies_are_proxies() throws IOException {
        for (String name : names("mail-clients.jsonl")) {
            Kind expected = name.contains("Proxy") ? Kind.PROXY : name.contains("_Bot") ? Kind.BOT : Kind.HUMAN;
            assertThat(userAgents.of(name).kind()).as(name).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mozilla/5.0 | PROXY | apple-privacy",
                "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy) | PROXY | mail-proxy",
                "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html | PROXY | mail-proxy",
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html) | BOT | crawler",
                "python-requests/2.32.3 | BOT | crawler",
                "Something/1.0 | BOT | no-browser",
                "'' | UNKNOWN | no-user-agent",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0 | HUMAN | browser"
            })
    void these_are_told_apart(String name, Kind kind, String reason) {
        assertThat(userAgents.of(name)).isEqualTo(new Verdict(kind, reason));
    }

    private double share(String file, Kind... kinds) throws IOException {
        List<String> names = names(file);
        long found = names.stream()
                .filter(name -> List.of(kinds).contains(userAgents.of(name).kind()))
                .count();
        return (double) found / names.size();
    }

    private static List<String> names(String file) throws IOException {
        Path corpus = Path.of(System.getProperty("mailer.corpora", "no-corpora"))
                .resolve("useragents")
                .resolve(file);
        assumeTrue(Files.exists(corpus), "the corpus is not there");
        List<String> names = Files.readAllLines(corpus).stream()
                .map(NAME::matcher)
                .filter(Matcher::find)
                .map(m -> m.group(1).replace("\\\"", "\"").replace("\\\\", "\\"))
                .toList();
        assertThat(names).hasSizeGreaterThan(15);
        return names;
    }
}
