// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.MailerConfigException;
import dev.mailer.tracking.unsubscribe.PageTheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicUrlsTest {
    @Test
    void a_tenant_has_its_own_address_or_that_of_all() {
        PublicUrls urls = PublicUrls.of("https://mail.example.com/").with("news", "http://news.example:8080/m");

        assertThat(urls.of("default", "/t/o/x")).isEqualTo("https://mail.example.com/t/o/x");
        assertThat(urls.of("news", "/t/o/x")).isEqualTo("http://news.example:8080/m/t/o/x");
        assertThat(urls.withoutTls()).containsExactly("http://news.example:8080/m");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mail.example.com",
                "ftp://mail.example.com",
                "https://",
                "https://mail.example.com?a=b",
                "https://mail.example.com#a",
                "https://mail.example.com/a b"
            })
    void what_is_no_public_address_is_refused(String url) {
        assertThatThrownBy(() -> PublicUrls.of(url)).isInstanceOf(MailerConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://jo:hush@mail.example.com", "https://jo:hush hush@mail.example.com/x"})
    void a_password_is_not_quoted(String url) {
        assertThatThrownBy(() -> PublicUrls.of("https://mail.example.com").with("news", url))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining("publicUrls.news")
                .hasMessageNotContaining("hush");
        assertThatThrownBy(() -> PageTheme.builder().logo(url))
                .isInstanceOf(MailerConfigException.class)
                .hasMessageContaining("logo")
                .hasMessageNotContaining("hush");
    }
}
