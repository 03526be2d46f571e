// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import tools.jackson.databind.JsonNode;

/** Entries of the suppression list as lines for people. */
final class SuppressionText {
    private SuppressionText() {}

    /** An entry in a list of them. */
    static String row(JsonNode entry) {
        return MailText.text(entry, "email") + "  " + scope(entry) + "  " + why(entry);
    }

    /** A line of its history. */
    static String change(JsonNode change) {
        String until = MailText.text(change, "until");
        return MailText.text(change, "created_at") + "  " + MailText.text(change, "action") + "  " + scope(change)
                + "  " + MailText.text(change, "reason") + ", by " + MailText.text(change, "origin")
                + (until.isEmpty() ? "" : ", until " + until);
    }

    static String scope(JsonNode entry) {
        String stream = MailText.text(entry, "stream");
        return stream.isEmpty() ? "all streams" : "stream " + stream;
    }

    /** {@code complaint, by api:shop since 2026-08-05T11:52:01Z, for good}. */
    static String why(JsonNode entry) {
        String until = MailText.text(entry, "until");
        return MailText.text(entry, "reason") + ", by " + MailText.text(entry, "origin") + " since "
                + MailText.text(entry, "created_at") + (until.isEmpty() ? ", for good" : ", until " + until);
    }
}
