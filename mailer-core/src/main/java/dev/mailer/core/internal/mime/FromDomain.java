// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Address;
import dev.mailer.api.InvalidEmailException;
import org.jspecify.annotations.Nullable;

/** Finds the domain of the first author in a From field that has comments, groups, and whatever else (RFC 5322 §3.4). */
final class FromDomain {
    private FromDomain() {}

    /** As A-labels; null when there is no address. */
    static @Nullable String of(String from) {
        String bare = bare(from);
        int open = bare.indexOf('<');
        int comma = bare.indexOf(',');
        // the first author is in brackets unless another one comes before them
        boolean bracketed = open >= 0 && (comma < 0 || comma > open || bare.lastIndexOf('@', comma) < 0);
        int end = bracketed && bare.indexOf('>', open) > 0 ? bare.indexOf('>', open) : bare.length();
        int at = bracketed ? bare.lastIndexOf('@', end) : bare.indexOf('@');
        int stop = at + 1;
        while (stop < end && (Character.isLetterOrDigit(bare.charAt(stop)) || ".-".indexOf(bare.charAt(stop)) >= 0)) {
            stop++;
        }
        if (at < 0 || stop == at + 1) {
            return null;
        }
        try {
            return Address.of("postmaster@" + bare.substring(at + 1, stop)).domain();
        } catch (InvalidEmailException e) {
            return null;
        }
    }

    /** Without comments and quoted strings. */
    private static String bare(String from) {
        StringBuilder bare = new StringBuilder(from.length());
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < from.length(); i++) {
            char c = from.charAt(i);
            if (c == '\\' && (quoted || depth > 0)) {
                i++;
            } else if (c == '"' && depth == 0) {
                quoted = !quoted;
            } else if (c == '(' && !quoted) {
                depth++;
            } else if (c == ')' && depth > 0) {
                depth--;
            } else if (!quoted && depth == 0) {
                bare.append(c);
            }
        }
        return bare.toString();
    }
}
