// SPDX-License-Identifier: Apache-2.0
package dev.mailer.webhooks;

import dev.mailer.api.spi.NetworkRules;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an endpoint may look like. Addresses that names lead to are checked when they are connected to. */
final class EndpointRules {
    private static final int MAX_URL = 2_000;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_DESCRIPTION = 500;
    private static final int MAX_HEADERS = 20;
    private static final int MAX_VALUE = 2_000;
    private static final Set<String> OURS = Set.of(
            "host",
            "connection",
            "content-length",
            "content-type",
            "content-encoding",
            "expect",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** No name ends in a number, but resolvers read addresses in such forms, each its own. */
    private static final Pattern NUMBER = Pattern.compile("(?i)(.*\\.)?([0-9]+|0x[0-9a-f]*)\\.?");

    private final NetworkRules networks;
    private final boolean plainHttp;

    /** @param plainHttp whether requests may go without TLS to anywhere, and not only to this machine */
    EndpointRules(NetworkRules networks, boolean plainHttp) {
        this.networks = networks;
        this.plainHttp = plainHttp;
    }

    /**
     * @param postal what the format of Postal is signed with; null without a key
     * @throws InvalidWebhookException something is wrong
     */
    void check(WebhookOptions options, @Nullable PostalKey postal) {
        if (options.format() == WebhookFormat.POSTAL && postal == null) {
            throw new InvalidWebhookException(
                    "format", "is postal, which needs a key to sign with: webhooks.postal.key");
        }
        url(options.url());
        if (options.description().length() > MAX_DESCRIPTION) {
            throw new InvalidWebhookException("description", "has more than " + MAX_DESCRIPTION + " characters");
        }
        headers(options.headers());
    }

    /** The URL of a request. */
    URI url(String text) {
        if (text.length() > MAX_URL) {
            throw new InvalidWebhookException("url", "has more than " + MAX_URL + " characters");
        }
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new InvalidWebhookException("url", "is no URL such as https://example.com/hooks");
        }
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        String host = url.getHost();
        if (host == null || host.isEmpty() || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new InvalidWebhookException("url", "is no URL such as https://example.com/hooks");
        }
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new InvalidWebhookException(
                    "url", "has a user or a fragment; send a user in the header Authorization");
        }
        if (url.getPort() == 0 || url.getPort() > MAX_PORT) {
            throw new InvalidWebhookException("url", "has the port " + url.getPort() + "; there are 1 to " + MAX_PORT);
        }
        if (scheme.equals("http") && !plainHttp && !(networks.permitsLoopback() && isLoopback(host))) {
            throw new InvalidWebhookException("url", "is not https, and webhooks.http is not set");
        }
        literal(host);
        return url;
    }

    private static boolean isLoopback(String host) {
        return Set.of("localhost", "127.0.0.1", "[::1]").contains(host.toLowerCase(Locale.ROOT));
    }

    /** An address that can be read off the URL is refused early. */
    private void literal(String host) {
        boolean six = host.startsWith("[");
        if (six || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            try {
                String address = six ? host.substring(1, host.length() - 1) : host;
                if (!networks.permits(InetAddress.getByName(address))) {
                    throw new InvalidWebhookException(
                            "url",
                            "leads to an address that is not of the public Internet, and webhooks.allow has not");
                }
            } catch (UnknownHostException e) {
                throw new InvalidWebhookException("url", "has an address that is none");
            }
        } else if (NUMBER.matcher(host).matches()) {
            throw new InvalidWebhookException(
                    "url", "has an address that is not written as 192.0.2.1 or [2001:db8::1] is");
        }
    }

    private static void headers(Map<String, String> headers) {
        if (headers.size() > MAX_HEADERS) {
            throw new InvalidWebhookException("headers", "are more than " + MAX_HEADERS);
        }
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")) {
                throw new InvalidWebhookException("headers", "have a name that is none");
            }
            if (OURS.contains(lower)
                    || lower.startsWith("webhook-")
                    || lower.startsWith("svix-")
                    || lower.startsWith("x-postal-")) {
                throw new InvalidWebhookException("headers", "have " + lower + ", which is set here");
            }
            if (value.length() > MAX_VALUE || !value.matches("[\\x20-\\x7e\\t]*")) {
                throw new InvalidWebhookException(
                        "headers",
                        "have a value of " + lower + " with more than " + MAX_VALUE
                                + " characters, or other than printable ASCII");
            }
        });
    }
}
