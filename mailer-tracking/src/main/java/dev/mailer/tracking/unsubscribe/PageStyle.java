// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking.unsubscribe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The style sheet of a theme, which stands in the page itself, so that one request is all.
 *
 * @param source its hash as a source of a Content-Security-Policy, by which no other sheet counts
 */
record PageStyle(PageHtml sheet, String source) {
    private static final String OWN = own();

    static PageStyle of(PageTheme theme) {
        String css = ":root{--color:" + theme.color() + ";--on-color:" + theme.onColor() + ";--around:"
                + theme.background() + ";--on-around:" + theme.onBackground() + "}\n" + OWN + theme.css();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(css.getBytes(StandardCharsets.UTF_8));
            String source = "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
            return new PageStyle(PageHtml.trusted(css), source);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static String own() {
        try (InputStream in = PageStyle.class.getResourceAsStream("pages.css")) {
            if (in == null) {
                throw new IllegalStateException("pages.css is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("pages.css could not be read from the jar", e);
        }
    }
}
