// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the files of a template speak of, whether a rendering comes past it or not. */
public final class Mentions {
    private static final Pattern VARIABLE = Pattern.compile("\\$!?\\{?([A-Za-z_][A-Za-z0-9_-]*)");
    private static final Pattern MESSAGE =
            Pattern.compile("\\$!?\\{?msg\\.(?:get|html)\\(\\s*(?:\"([^\"$]*)\"|'([^']*)')");

    private Mentions() {}

    /** The names of all variables, those of the template's own included. */
    public static Set<String> variables(TemplateSource source) {
        Set<String> names = new TreeSet<>();
        for (SourceFile file : source.files().values()) {
            Matcher variable = VARIABLE.matcher(file.content());
            while (variable.find()) {
                names.add(variable.group(1));
            }
        }
        return names;
    }

    /** The keys of messages that are written out, each with the first place that asks for it. */
    public static Map<String, String> messages(TemplateSource source) {
        Map<String, String> places = new LinkedHashMap<>();
        for (SourceFile file : source.files().values()) {
            Matcher message = MESSAGE.matcher(file.content());
            while (message.find()) {
                String key = message.group(1) == null ? message.group(2) : message.group(1);
                long line = 1
                        + file.content()
                                .substring(0, message.start())
                                .chars()
                                .filter(c -> c == '\n')
                                .count();
                places.putIfAbsent(key, file.path() + "[line " + line + "]");
            }
        }
        return places;
    }
}
