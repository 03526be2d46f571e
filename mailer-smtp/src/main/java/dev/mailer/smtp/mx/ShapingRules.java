// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.mx;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.spi.SmtpReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which replies slow down the site that gave them, and how: the file {@code shaping.conf} of this package, or {@code relay.conf} for a
 * server that takes mail for everybody, and a user's own rules before it. The first rule that fits counts. They decide about pace only; what a reply means for a mail is decided from its
 * codes elsewhere. Immutable.
 */
public final class ShapingRules {
    /** The longest that a rule holds. */
    public static final Duration MAX_TIME = Duration.ofHours(24);

    private static final String TIME = "(\\d{1,5})([smh])";
    private static final Pattern RULE = Pattern.compile("(?:@([a-z0-9-]+)\\s+)?"
            + "(?:slow\\s+" + TIME
            + "|(greeting\\s+)?([45x][0-9x][0-9x])\\s+(\\*|[45](?:\\.\\d{1,3}){2}|[45]\\.\\d{1,3}\\.\\*)"
            + "((?:\\s+\"[^\"]+\")*))"
            + "\\s*->\\s*(?:(ignore)|suspend\\s+" + TIME + "|connections\\s+(\\d{1,4}|used)\\s+for\\s+" + TIME + ")");
    private static final Pattern WORDS = Pattern.compile("\"([^\"]+)\"");

    private final List<ShapingRule> rules;

    private ShapingRules(List<ShapingRule> rules) {
        this.rules = List.copyOf(rules);
    }

    public static ShapingRules builtIn() {
        return new ShapingRules(read("shaping.conf", Providers.resource("shaping.conf")));
    }

    /** Those of servers that relay mail: about the number of connections and the rate of mails only. */
    public static ShapingRules ofRelays() {
        return new ShapingRules(read("relay.conf", Providers.resource("relay.conf")));
    }

    /**
     * These behind those of a text of the same form.
     *
     * @param source names the text in errors
     * @throws MailerConfigException names the line that cannot be read
     */
    public ShapingRules behind(String source, String text) {
        List<ShapingRule> all = new ArrayList<>(read(source, text));
        all.addAll(rules);
        return new ShapingRules(all);
    }

    @Nullable
    ShapingRule find(String group, SmtpReply reply, boolean greeting) {
        for (ShapingRule rule : rules) {
            if (rule.isAbout(group) && rule.fits(reply, greeting)) {
                return rule;
            }
        }
        return null;
    }

    @Nullable
    ShapingRule findSlow(String group, Duration took) {
        for (ShapingRule rule : rules) {
            if (rule.isAbout(group) && rule.fits(took)) {
                return rule;
            }
        }
        return null;
    }

    private static List<ShapingRule> read(String source, String text) {
        List<ShapingRule> rules = new ArrayList<>();
        int line = 0;
        for (String raw : text.split("\\R", -1)) {
            line++;
            String content = raw.strip();
            if (!content.isEmpty() && !content.startsWith("#")) {
                rules.add(rule(source, line, content));
            }
        }
        return rules;
    }

    private static ShapingRule rule(String source, int line, String content) {
        Matcher m = RULE.matcher(content);
        if (!m.matches()) {
            throw error(
                    source,
                    line,
                    content,
                    "[@provider] [greeting] code enhanced [\"text\"…] -> suspend 5m, connections 2 for 10m, connections used for 1m or ignore");
        }
        Duration slow = m.group(2) == null ? Duration.ZERO : time(m.group(2), m.group(3));
        ShapingAction action = ShapingAction.NONE;
        if (m.group(9) != null) {
            action = new ShapingAction(0, time(m.group(9), m.group(10)));
        } else if (m.group(11) != null) {
            int connections = m.group(11).equals("used") ? ShapingAction.USED : Integer.parseInt(m.group(11));
            action = new ShapingAction(connections, time(m.group(12), m.group(13)));
        }
        boolean isBad = m.group(8) == null && action.isNone() || action.time().compareTo(MAX_TIME) > 0;
        if (isBad || m.group(11) != null && action.connections() == 0 || m.group(2) != null && slow.isZero()) {
            throw error(source, line, content, "times from 1s to 24h and at least 1 connection");
        }
        List<String> words = new ArrayList<>();
        if (m.group(7) != null) {
            Matcher word = WORDS.matcher(m.group(7));
            while (word.find()) {
                words.add(word.group(1).toLowerCase(Locale.ROOT));
            }
        }
        String group = m.group(1) == null ? "" : m.group(1);
        boolean greeting = m.group(4) != null;
        String code = m.group(5) == null ? "xxx" : m.group(5);
        String enhanced = m.group(6) == null ? "*" : m.group(6);
        return new ShapingRule(content, group, greeting, code, enhanced, words, slow, action);
    }

    private static Duration time(String number, String unit) {
        long n = Long.parseLong(number);
        return switch (unit) {
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            default -> Duration.ofHours(n);
        };
    }

    private static MailerConfigException error(String source, int line, String content, String expected) {
        return new MailerConfigException(
                "shaping", source + ", line " + line + ": '" + content + "'; expected " + expected);
    }
}
