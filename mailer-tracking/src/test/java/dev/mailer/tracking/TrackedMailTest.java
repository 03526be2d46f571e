// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a mail: which of it is tracked, and what stays. */
class TrackedMailTest {
    private static final String OURS = "https://mail.example.com/t/";

    @Test
    void a_page_gets_a_pixel_and_links_that_lead_over_us() {
        FakeEngine engine = FakeEngine.with(tracking().build());
        FakeDraft mail = FakeDraft.page("<body><a href=\"https://shop.example/a?x=1&amp;y=2\">a</a></body>");

        engine.edit(mail);

        assertThat(mail.html())
                .matches("<body><a href=\"https://mail\\.example\\.com/t/c/[A-Za-z0-9_-]+\">a</a>"
                        + "<img src=\"https://mail\\.example\\.com/t/o/[A-Za-z0-9_-]+\\.gif\" width=\"1\" height=\"1\" alt=\"\""
                        + " style=\"display:block;border:0\"></body>");
        assertThat(engine.get(clicks(mail).get(0)).headers())
                .containsEntry("Location", "https://shop.example/a?x=1&y=2");
    }

    @Test
    void each_attempt_gives_the_same_bytes() {
        FakeDraft first = FakeDraft.page("<a href='https://shop.example/'>a</a>");
        FakeDraft second = FakeDraft.page("<a href='https://shop.example/'>a</a>");

        FakeEngine.with(tracking().build()).edit(first);
        FakeEngine.with(tracking().build()).edit(second);

        assertThat(second.html()).isEqualTo(first.html());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mailto:jo@example.org",
                "tel:+49123",
                "#top",
                "/relative",
                "relative",
                "//host.example/",
                "javascript:alert(1)",
                "data:text/html,x",
                "ftp://host.example/",
                "cid:image",
                "{{url}}",
                "https://shop.example/{{id}}",
                "https://shop.example/?u=*|EMAIL|*",
                "https://user@host.example/",
                "https://shop.example@evil.example/",
                "https://shop.example\\@evil.example/",
                "https:shop.example",
                "https:///shop.example",
                "https://",
                "https://m\u00fcller.example/",
                "https://shop.example/a\u0000b",
                "https://mail.example.com/t/c/abc",
                "https://MAIL.example.com/u/abc",
                "https://news.example/t/o/abc.gif",
                "https://excluded.example/",
                "https://EXCLUDED.example:8443/x",
                "https://a.below.example/",
                "http://a.b.below.example/"
            })
    void these_stay_as_they_are(String href) {
        FakeEngine engine = FakeEngine.with(tracking()
                .opens(false)
                .exclude("excluded.example")
                .exclude("*.below.example")
                .build());
        String page = "<a href=\"" + href + "\">x</a>";
        FakeDraft mail = FakeDraft.page(page).tenant("news");

        engine.edit(mail);

        assertThat(mail.html()).isEqualTo(page);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://below.example/",
                "https://notbelow.example/",
                "https://mail.example.com/orders",
                "https://mail.example.com/terms",
                "http://[2001:db8::1]:8080/x",
                "HTTPS://Shop.example/\u00e4 b",
                "https://shop.example?x=a@b"
            })
    void these_are_tracked(String href) {
        FakeEngine engine =
                FakeEngine.with(tracking().exclude("*.below.example").build());
        FakeDraft mail = FakeDraft.page("<a href=\"" + href + "\">x</a>");

        engine.edit(mail);

        assertThat(clicks(mail)).hasSize(1);
        assertThat(engine.get(clicks(mail).get(0)).headers().get("Location"))
                .isEqualTo(href.replace("\u00e4 b", "%C3%A4%20b"));
    }

    @Test
    void the_address_to_unsubscribe_at_stays() {
        FakeEngine engine = FakeEngine.with(tracking().opens(false).build());
        FakeDraft mail = FakeDraft.page("<a href=\"https://lists.example/leave?a=1&amp;b=2\">x</a>");
        mail.setHeader("List-Unsubscribe", "<mailto:leave@lists.example>, <https://lists.example/leave?a=1&b=2>");
        String before = mail.html();

        engine.edit(mail);

        assertThat(mail.html()).isEqualTo(before);
    }

    @Test
    void finished_mail_stays_and_is_counted() {
        FakeEngine engine = FakeEngine.with(tracking().build());

        engine.edit(FakeDraft.finished());

        assertThat(engine.counts).containsExactly("mailer.tracking.untracked{reason=raw}");
    }

    @Test
    void postals_header_switches_it_off() {
        FakeEngine engine = FakeEngine.with(tracking().build());
        FakeDraft mail =
                FakeDraft.page("<a href=\"https://shop.example/\">x</a>").opens(true);
        mail.setHeader("X-AMP", "skip");

        engine.edit(mail);

        assertThat(mail.html()).isEqualTo("<a href=\"https://shop.example/\">x</a>");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // all, stream, tenant, mail, tracked
                "false,-,-,-,false",
                "true,-,-,-,true",
                "false,true,-,-,true",
                "false,-,true,-,true",
                "true,false,-,-,false",
                "true,-,false,-,false",
                "false,true,false,-,false",
                "false,false,true,-,false",
                "true,false,false,true,true",
                "true,true,true,false,false"
            })
    void the_mail_decides_then_stream_and_tenant_then_the_setting_for_all(
            boolean all, Boolean stream, Boolean tenant, Boolean mail, boolean tracked) {
        TrackingBuilder builder = TrackingPlugin.builder().publicUrls(urls()).opens(all);
        if (stream != null) {
            builder.stream("broadcast", s -> s.opens(stream));
        }
        if (tenant != null) {
            builder.tenant("default", s -> s.opens(tenant));
        }
        FakeDraft draft = FakeDraft.page("x");
        if (mail != null) {
            draft.opens(mail);
        }

        FakeEngine.with(builder.build()).edit(draft);

        assertThat(draft.html()).matches(html -> html.contains("<img") == tracked);
    }

    @Test
    void nothing_is_tracked_by_default() {
        FakeEngine engine =
                FakeEngine.with(TrackingPlugin.builder().publicUrls(urls()).build());
        FakeDraft mail = FakeDraft.page("<a href=\"https://shop.example/\">x</a>");

        engine.edit(mail);

        assertThat(mail.html()).isEqualTo("<a href=\"https://shop.example/\">x</a>");
    }

    @Test
    void links_of_the_text_are_replaced_where_that_is_asked_for() {
        String text =
                "See https://shop.example/a, (https://shop.example/b(c)) or <https://shop.example/d>.\nhttps://m\u00fcller.example";
        FakeDraft untouched = FakeDraft.plain(text);
        FakeDraft replaced = FakeDraft.plain(text);
        FakeEngine engine = FakeEngine.with(tracking().text(true).build());

        FakeEngine.with(tracking().build()).edit(untouched);
        engine.edit(replaced);

        assertThat(untouched.text()).isEqualTo(text);
        List<String> targets = clicks(replaced).stream()
                .map(path -> engine.get(path).headers().get("Location"))
                .toList();
        assertThat(targets)
                .containsExactly("https://shop.example/a", "https://shop.example/b(c)", "https://shop.example/d");
        assertThat(String.valueOf(replaced.text()).replaceAll("https://mail[A-Za-z0-9_./-]+", "#"))
                .isEqualTo("See #, (#) or <#>.\nhttps://m\u00fcller.example");
    }

    @Test
    void utm_parameters_come_behind_those_that_are_there() {
        FakeEngine engine = FakeEngine.with(tracking()
                .utm(Map.of("source", "mailer", "campaign", "{stream} {tag.season}", "content", "{tag.none}"))
                .build());
        FakeDraft mail = FakeDraft.page(
                        "<a href=\"https://a.example/\"></a><a href='https://a.example/?b=1&amp;a=2#top'></a>"
                                + "<a href='https://a.example/?utm_source=x'></a><a href='https://a.example/#a?b'></a>")
                .tag("season", "spring & summer");

        engine.edit(mail);

        String campaign = "utm_campaign=broadcast+spring+%26+summer";
        assertThat(clicks(mail).stream()
                        .map(path -> sorted(engine.get(path).headers().get("Location"))))
                .containsExactly(
                        "https://a.example/?" + campaign + "&utm_source=mailer",
                        "https://a.example/?b=1&a=2&" + campaign + "&utm_source=mailer#top",
                        "https://a.example/?utm_source=x&" + campaign,
                        "https://a.example/?" + campaign + "&utm_source=mailer#a?b");
    }

    @Test
    void the_links_beyond_the_most_and_those_that_are_too_long_stay() {
        FakeEngine engine = FakeEngine.with(tracking().opens(false).build());
        String link = "<a href=\"https://shop.example/\"></a>";
        String tooLong = "<a href=\"https://shop.example/" + "x".repeat(4_096) + "\"></a>";
        FakeDraft mail = FakeDraft.page(tooLong + link.repeat(TrackedMail.MAX_LINKS + 3));

        engine.edit(mail);

        assertThat(mail.html()).startsWith(tooLong).endsWith("\">" + "</a>" + link.repeat(3));
        assertThat(clicks(mail)).hasSize(TrackedMail.MAX_LINKS);
    }

    @Test
    void a_token_has_nothing_personal_and_its_own_number_for_each_link() {
        FakeEngine engine = FakeEngine.with(tracking().build());
        FakeDraft mail = FakeDraft.page(IntStream.range(0, 40)
                .mapToObj(i -> "<a href='https://shop.example/'>" + i + "</a>")
                .reduce("", String::concat));

        engine.edit(mail);

        assertThat(clicks(mail)).doesNotHaveDuplicates().hasSize(40);
        engine.get(clicks(mail).get(39));
        assertThat(engine.last()).containsEntry("link", "40");
        assertThat(mail.html()).doesNotContain("jo@example.org");
    }

    @Test
    void what_cannot_be_used_is_refused_by_name() {
        TrackingBuilder b = TrackingPlugin.builder();
        assertThatThrownBy(b::build)
                .hasMessage("publicUrl: is missing: tracking needs the address at which recipients reach it");
        assertThatThrownBy(() -> b.exclude("https://x"))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("tracking.exclude: 'https://x' is no host such as example.com or *.example.com");
        assertThatThrownBy(() -> b.utm(Map.of("sauce", "x")))
                .hasMessage("tracking.utm.sauce: is unknown; there are source, medium, campaign, term and content");
        assertThatThrownBy(() -> b.utm(Map.of("source", "{name}")))
                .hasMessage(
                        "tracking.utm.source: '{name}' may have {stream}, {tenant} and {tag.NAME}, and no other braces");
        assertThatThrownBy(() -> b.trustedProxies(List.of("proxy.example")))
                .hasMessage(
                        "tracking.trustedProxies: 'proxy.example' is no network such as 10.0.0.0/8 or 2001:db8::/32,"
                                + " and no address");
    }

    static TrackingBuilder tracking() {
        return TrackingPlugin.builder().publicUrls(urls()).opens(true).clicks(true);
    }

    private static PublicUrls urls() {
        return PublicUrls.of("https://mail.example.com/").with("news", "https://news.example");
    }

    /** The paths of the links that lead over us. */
    static List<String> clicks(FakeDraft mail) {
        return Pattern.compile(Pattern.quote(OURS) + "c/[A-Za-z0-9_-]+")
                .matcher(mail.html() == null ? String.valueOf(mail.text()) : String.valueOf(mail.html()))
                .results()
                .map(m -> m.group().substring(OURS.length() - "/t/".length()))
                .toList();
    }

    /** Templates have no order. */
    private static String sorted(String url) {
        return url.replaceAll("(utm_source=mailer)&(utm_campaign=[^&#]+)", "$2&$1");
    }
}
