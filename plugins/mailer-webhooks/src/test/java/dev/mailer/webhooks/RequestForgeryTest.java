// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.spi.NetworkRules;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Nothing inside of the network is reached by the URL of an endpoint. */
@Timeout(120)
class RequestForgeryTest {
    private static final NetworkRules LOOPBACK = NetworkRules.allowing(List.of("127.0.0.1/32"));

    private static final Pattern NAME = Pattern.compile("https?://([a-z0-9-]+\\.)+[a-z]{2,}(/.*)?");

    @Test
    void every_url_of_the_corpus_that_is_no_name_is_refused_when_it_is_stored() throws Exception {
        EndpointRules rules = new EndpointRules(NetworkRules.PUBLIC, true);
        int refused = 0;
        for (JsonNode line : Corpora.lines("security/ssrf-urls.jsonl")) {
            String text = line.get("url").asString();
            if (!NAME.matcher(text).matches()) {
                assertThatThrownBy(() -> rules.url(text)).as(text).isInstanceOf(InvalidWebhookException.class);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(20);
    }

    /** Names lead where their owners would have them lead. */
    @Test
    void every_name_of_the_corpus_is_refused_before_anything_is_connected_to() throws Exception {
        EndpointRules rules = new EndpointRules(NetworkRules.PUBLIC, true);
        int names = 0;
        for (JsonNode line : Corpora.lines("security/ssrf-urls.jsonl")) {
            String text = line.get("url").asString();
            if (!NAME.matcher(text).matches()) {
                continue;
            }
            URI url = rules.url(text);
            for (String address : List.of("169.254.169.254", "127.0.0.1", "10.0.0.1", "::1", "fd00::1")) {
                try (HttpSender sender = sender(host -> InetAddress.getAllByName(address), NetworkRules.PUBLIC)) {
                    assertThat(sender.post(url, Map.of(), new byte[0]).result())
                            .as(text + " at " + address)
                            .isEqualTo("refused");
                }
            }
            names++;
        }
        assertThat(names).isPositive();
    }

    /** Where a rule for what is stored has missed one: forms of addresses are read as the platform reads them. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1", "2130706433", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]"})
    void an_address_in_place_of_a_name_is_refused_where_it_is_connected_to(String host) throws Exception {
        HttpSender sender = sender(InetAddress::getAllByName, NetworkRules.PUBLIC);
        try (sender) {
            assertThat(sender.post(URI.create("http://" + host + "/"), Map.of(), new byte[0])
                            .result())
                    .isIn("refused", "broken");
        }
        assertThatThrownBy(() -> new CheckedAddresses(InetAddress::getAllByName, NetworkRules.PUBLIC).resolve(host))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("not of the public Internet");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "192.168.1.1", "0.0.0.0", "224.0.0.1",
                        "240.0.0.1",
                "::1", "::", "fc00::1", "fe80::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b::a00:1",
                "2002:a00:1::1", "2001::1"
            })
    void one_such_address_among_those_of_a_name_refuses_it(String address) throws Exception {
        AddressLookup lookup =
                host -> new InetAddress[] {InetAddress.getByName("93.184.216.34"), InetAddress.getByName(address)};

        assertThatThrownBy(() -> new CheckedAddresses(lookup, NetworkRules.PUBLIC).resolve("hooks.example.com"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageNotContaining(address);
    }

    /** The second look-up, which leads to this machine, is checked as the first was: there is no other to connect by. */
    @Test
    void a_name_that_changes_its_address_is_checked_where_it_is_connected_to() throws Exception {
        try (Receiver receiver = new Receiver()) {
            AtomicInteger lookups = new AtomicInteger();
            AddressLookup rebinding =
                    host -> InetAddress.getAllByName(lookups.getAndIncrement() == 0 ? "93.184.216.34" : "127.0.0.1");
            CheckedAddresses addresses = new CheckedAddresses(rebinding, NetworkRules.PUBLIC);
            URI url = URI.create("http://rebind.example.com:" + receiver.port() + "/");
            assertThat(addresses.resolve("rebind.example.com")).hasSize(1);

            try (HttpSender sender = new HttpSender(addresses, null, Duration.ofSeconds(10), InstantSource.system())) {
                assertThat(sender.post(url, Map.of(), new byte[0]).result()).isEqualTo("refused");
            }
            assertThat(receiver.got).isEmpty();
        }
    }

    @Test
    void the_connection_goes_to_the_address_that_was_checked() throws Exception {
        try (Receiver receiver = new Receiver()) {
            AtomicInteger lookups = new AtomicInteger();
            AddressLookup counting = host -> {
                lookups.incrementAndGet();
                return InetAddress.getAllByName("127.0.0.1");
            };
            try (HttpSender sender = sender(counting, LOOPBACK)) {
                URI url = URI.create("http://name-that-nobody-has.invalid:" + receiver.port() + "/");
                assertThat(sender.post(url, Map.of(), new byte[0]).status()).isEqualTo(204);
            }
            assertThat(lookups).hasValue(1);
            assertThat(receiver.got.get(0).header("host")).startsWith("name-that-nobody-has.invalid");
        }
    }

    @Test
    void a_redirect_is_a_failure_and_is_not_followed() throws Exception {
        try (Receiver inside = new Receiver();
                Receiver outside = new Receiver();
                HttpSender sender = sender(InetAddress::getAllByName, LOOPBACK)) {
            for (int status : new int[] {301, 302, 303, 307, 308}) {
                outside.reply = exchange -> {
                    exchange.getResponseHeaders().set("Location", inside.url());
                    exchange.sendResponseHeaders(status, -1);
                };
                Answer answer = sender.post(URI.create(outside.url()), Map.of(), new byte[0]);
                assertThat(answer.succeeded()).isFalse();
                assertThat(answer.status()).isEqualTo(status);
            }
            assertThat(inside.got).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hooks.example.com",
                "ftp://example.com/",
                "file:///etc/passwd",
                "https:///x",
                "https://user:pw@example.com/",
                "https://example.com/#part",
                "http://example.com/",
                "https://127.0.0.1/",
                "https://[::1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://exa mple.com/",
                "https://example.com:0/",
                "https://example.com:65536/",
                "https://example.com/\r\nX: y"
            })
    void what_is_no_url_for_an_endpoint_is_refused(String url) {
        assertThatThrownBy(() -> new EndpointRules(NetworkRules.PUBLIC, false).url(url))
                .isInstanceOf(InvalidWebhookException.class)
                .hasMessageStartingWith("url: ");
    }

    @Test
    void headers_that_are_ours_or_no_headers_are_refused() {
        EndpointRules rules = new EndpointRules(NetworkRules.PUBLIC, false);
        for (Map<String, String> headers : List.of(
                Map.of("Webhook-Id", "x"),
                Map.of("Host", "inside"),
                Map.of("Content-Length", "0"),
                Map.of("Transfer-Encoding", "chunked"),
                Map.of("X-A", "b\r\nX-C: d"),
                Map.of("X A", "b"),
                Map.of("", "b"))) {
            assertThatThrownBy(() -> rules.check(
                            WebhookOptions.to("https://example.com/")
                                    .headers(headers)
                                    .build(),
                            null))
                    .isInstanceOf(InvalidWebhookException.class)
                    .hasMessageStartingWith("headers: ");
        }
        rules.check(
                WebhookOptions.to("https://example.com/")
                        .header("Authorization", "Basic eDp5")
                        .build(),
                null);
    }

    private static HttpSender sender(AddressLookup lookup, NetworkRules networks) {
        return new HttpSender(
                new CheckedAddresses(lookup, networks), null, Duration.ofSeconds(20), InstantSource.system());
    }
}
