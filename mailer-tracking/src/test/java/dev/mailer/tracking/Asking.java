// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.HttpEndpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A request of a browser, to be told otherwise. */
final class Asking {
    static final String BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0";

    private final String method;
    private final String path;
    private final Map<String, List<String>> headers = new HashMap<>();
    private String from = "203.0.113.77";

    /** @param path as {@code /t/c/…} */
    Asking(String method, String path) {
        this.method = method;
        this.path = path;
        headers.put("user-agent", List.of(BROWSER));
    }

    Asking header(String name, String value) {
        headers.put(name.toLowerCase(Locale.ROOT), List.of(value));
        return this;
    }

    Asking from(String address) {
        from = address;
        return this;
    }

    HttpEndpoint.Request request() {
        return new HttpEndpoint.Request(method, path.substring("/t".length()), Map.of(), headers, Bytes.EMPTY, from);
    }
}
