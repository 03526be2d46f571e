// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The TXT record that tells that a domain has a policy, and by its id when the policy changes (RFC 8461 §3.1). */
public final class StsRecord {
    private static final Pattern START = Pattern.compile("v=STSv1[ \\t]*;.*", Pattern.DOTALL);
    private static final Pattern RECORD = Pattern.compile(
            "v=STSv1((?:[ \\t]*;[ \\t]*[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[!-:<>-~]+)+)(?:[ \\t]*;[ \\t]*)?");
    private static final Pattern ID = Pattern.compile(";[ \\t]*id=([^;]*)");

    private StsRecord() {}

    /** The id; null when the texts hold no record, more than one, or one that cannot be read. */
    public static @Nullable String id(List<String> texts) {
        List<String> records =
                texts.stream().filter(t -> START.matcher(t).matches()).toList();
        if (records.size() != 1) {
            return null;
        }
        Matcher record = RECORD.matcher(records.get(0));
        if (!record.matches()) {
            return null;
        }
        Matcher id = ID.matcher(record.group(1));
        if (!id.find()) {
            return null;
        }
        String value = id.group(1).stripTrailing();
        return value.matches("[A-Za-z0-9]{1,32}") ? value : null;
    }
}
