// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Header;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.SendInterceptor;
import dev.mailer.tracking.FakeDraft;
import dev.mailer.tracking.FakeEngine;
import dev.mailer.tracking.PublicUrls;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnsubscribeHeadersTest {
    private static final String LINK = Site.URL + "/u/" + Site.token("broadcast");

    @Test
    void mail_of_lists_has_the_three_fields() {
        FakeDraft draft = new Site().edited(new FakeDraft("broadcast"));

        assertThat(draft.header("List-Unsubscribe")).isEqualTo("<" + LINK + ">");
        assertThat(draft.header("List-Unsubscribe-Post")).isEqualTo("List-Unsubscribe=One-Click");
        assertThat(draft.header("List-Id")).isEqualTo("<broadcast.example.com>");
    }

    @Test
    void other_mail_has_none() {
        FakeDraft draft = new Site().edited(new FakeDraft("transactional"));

        assertThat(draft.headers).extracting(Header::name).containsExactly("From");
    }

    @Test
    void streams_are_turned_on_and_off() {
        Site site = new Site(b ->
                b.stream("news", ListStreamOptions::unsubscribe).stream("broadcast", ListStreamOptions::noUnsubscribe));

        assertThat(site.edited(new FakeDraft("news")).header("List-Unsubscribe"))
                .contains(Site.token("news"));
        assertThat(site.edited(new FakeDraft("broadcast")).headers).hasSize(1);
    }

    @Test
    void what_the_caller_has_set_stays() {
        FakeDraft own = new FakeDraft("broadcast");
        own.addHeader("list-unsubscribe", "<https://shop.example/leave>");
        own.addHeader("LIST-ID", "<shop.example>");

        assertThat(new Site().edited(own).headers)
                .extracting(Header::toString)
                .containsExactly(
                        new Header("From", "Shop <shop@example.com>").toString(),
                        new Header("list-unsubscribe", "<https://shop.example/leave>").toString(),
                        new Header("LIST-ID", "<shop.example>").toString());
    }

    @Test
    void raw_mail_has_fields_and_keeps_its_body() {
        FakeDraft raw = new FakeDraft("broadcast");
        raw.raw = true;

        assertThat(new Site().edited(raw).header("List-Unsubscribe")).isEqualTo("<" + LINK + ">");
    }

    @Test
    void each_attempt_is_the_same_and_each_recipient_another() {
        Site site = new Site();
        FakeDraft again = new FakeDraft("broadcast");
        again.attempt = 2;
        FakeDraft other = new FakeDraft("broadcast");
        other.recipient = "ann@example.org";

        assertThat(site.edited(again).header("List-Unsubscribe")).isEqualTo("<" + LINK + ">");
        assertThat(site.edited(other).header("List-Unsubscribe")).isNotEqualTo("<" + LINK + ">");
    }

    @Test
    void only_what_gets_a_link_goes_to_each_recipient_alone() {
        SendInterceptor headers = new Site().context.interceptors.get(0);
        FakeDraft own = new FakeDraft("broadcast");
        own.setHeader("List-Unsubscribe", "<mailto:leave@example.com>");
        FakeDraft linked = new FakeDraft("transactional");
        linked.html = "<a href='%7B%7BpreferencesUrl%7D%7D'>x</a>";

        assertThat(headers.perRecipient(new FakeDraft("broadcast"))).isTrue();
        assertThat(headers.perRecipient(linked)).isTrue();
        assertThat(headers.perRecipient(own)).isFalse();
        assertThat(headers.perRecipient(new FakeDraft("transactional"))).isFalse();
    }

    @Test
    void without_tls_there_is_a_link_and_no_one_click() {
        FakeEngine context = new FakeEngine(new FakeSubscriptions());
        UnsubscribePlugin.builder()
                .publicUrls(PublicUrls.of("http://localhost:8080"))
                .build()
                .configure(context);
        FakeDraft draft = new FakeDraft("broadcast");
        context.interceptors.get(0).edit(draft);

        assertThat(draft.header("List-Unsubscribe")).startsWith("<http://localhost:8080/u/");
        assertThat(draft.header("List-Unsubscribe-Post")).isNull();
    }

    @Test
    void an_address_for_mail_comes_second() {
        Site site = new Site(b -> b.mailto("leave@example.com"));

        assertThat(site.edited(new FakeDraft("broadcast")).header("List-Unsubscribe"))
                .isEqualTo("<" + LINK + ">, <mailto:leave@example.com?subject=unsubscribe%20" + Site.token("broadcast")
                        + ">");
    }

    @Test
    void the_longest_addresses_stay_within_a_line() {
        Site site = new Site(b -> b
                .mailto("leave@example.com")
                .publicUrls(PublicUrls.of("https://" + "a".repeat(60) + "." + "b".repeat(60) + ".example/mailmail"))
                .stream("s".repeat(64), ListStreamOptions::unsubscribe));
        FakeDraft draft = new FakeDraft("s".repeat(64));
        draft.recipient = "j".repeat(64) + "@" + ("d".repeat(59) + ".").repeat(3) + "example";

        String value = site.edited(draft).header("List-Unsubscribe");

        assertThat(value).isNotNull();
        assertThat(List.of(value.split(" ", -1)))
                .allSatisfy(part -> assertThat(part.length()).isLessThan(900));
    }

    @Test
    void authors_put_links_into_text_and_html() {
        FakeDraft draft = new FakeDraft("transactional");
        draft.text = "Leave: {{unsubscribeUrl}} or {{ preferencesUrl }}, {{other}} $1 \\";
        draft.html = "<a href=\"{{unsubscribeUrl}}\">x</a><a href=\"%7b%7BpreferencesUrl%7D%7d\">y</a>";
        String link = Site.URL + "/u/" + Site.token("transactional");

        new Site().edited(draft);

        assertThat(draft.text).isEqualTo("Leave: " + link + " or " + link + "/preferences, {{other}} $1 \\");
        assertThat(draft.html).isEqualTo("<a href=\"" + link + "\">x</a><a href=\"" + link + "/preferences\">y</a>");
    }

    /** Each link is many times as long as its place. */
    @Test
    void a_mail_of_places_alone_does_not_grow_without_bound() {
        FakeDraft draft = new FakeDraft("transactional");
        draft.text = "{{unsubscribeUrl}}\n".repeat(LinkPlaceholders.MOST + 5);

        new Site().edited(draft);

        assertThat(draft.text.lines().filter(line -> line.startsWith("https://")))
                .hasSize(LinkPlaceholders.MOST);
        assertThat(draft.text).endsWith("\n" + "{{unsubscribeUrl}}\n".repeat(5));
    }

    @Test
    void an_address_with_an_ampersand_stays_one_attribute() {
        FakeEngine context = new FakeEngine(new FakeSubscriptions());
        UnsubscribePlugin.builder()
                .publicUrls(PublicUrls.of("https://mail.example.com/a&lt;'b"))
                .build()
                .configure(context);
        FakeDraft draft = new FakeDraft("broadcast");
        draft.html = "<a href='{{unsubscribeUrl}}'>x</a>";
        context.interceptors.get(0).edit(draft);

        assertThat(draft.html).startsWith("<a href='https://mail.example.com/a&amp;lt;&#39;b/u/");
    }

    @Test
    void the_name_of_a_list_is_set_by_stream() {
        Site site =
                new Site(b -> b.stream("transactional", s -> s.listId("St. Jo's shop <orders.shop.example>")).stream(
                        "broadcast", s -> s.listId("news.shop.example")));

        assertThat(site.edited(new FakeDraft("transactional")).headers.get(1))
                .isEqualTo(new Header("List-Id", "\"St. Jo's shop\" <orders.shop.example>"));
        assertThat(site.edited(new FakeDraft("broadcast")).header("List-Id")).isEqualTo("<news.shop.example>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "news", "a b.example", "x <y>", "<a.b> c", "a\r\nb <a.b>", "\"q\" <a.b>", ".a.b", "a..b"})
    void what_is_no_name_of_a_list_is_refused(String id) {
        assertThatThrownBy(() -> new Site(b -> b.stream("news", s -> s.listId(id))))
                .isInstanceOf(MailerConfigException.class)
                .hasMessage("streams.news.listId: '" + id
                        + "' is no name of a list such as news.example.com or Our news <news.example.com>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"undisclosed:;", "not an address", "jo@[192.0.2.1]"})
    void a_sender_without_a_domain_gives_the_list_no_name(String from) {
        FakeDraft draft = new FakeDraft("broadcast");
        draft.headers.clear();
        draft.addHeader("From", from);

        assertThat(new Site().edited(draft).header("List-Id")).isNull();
    }
}
