// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Collects what was given, by setting: the file, over it the environment, over both the command line. */
final class ConfigSources {
    /** Read by the command line, or by other parts than this one. */
    private static final List<String> NOT_SETTINGS =
            List.of("MAILER_CONFIG", "MAILER_URL", "MAILER_API_KEY", "MAILER_JAVA_OPTS");

    private final Map<String, Given> given = new TreeMap<>();
    private final List<String> problems;
    private final List<String> warnings;

    ConfigSources(List<String> problems, List<String> warnings) {
        this.problems = problems;
        this.warnings = warnings;
    }

    Map<String, Given> given() {
        return given;
    }

    void file(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            problems.add(file + ": is not UTF-8");
            return;
        } catch (IOException e) {
            problems.add(file + ": cannot be read: " + FileTrouble.of(e));
            return;
        }
        Map<String, String> seen = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            String origin = file.getFileName() + " line " + (i + 1);
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            if (equals <= 0) {
                problems.add(origin + ": expected key=value or a comment that begins with #");
                continue;
            }
            String key = line.substring(0, equals).strip();
            String before = seen.put(key, origin);
            if (before != null) {
                problems.add(key + ": is given twice, in " + before + " and in " + origin);
            }
            put(key, new Given(line.substring(equals + 1).strip(), origin));
        }
    }

    /**
     * Reads {@code MAILER_SERVER_PORT} as {@code server.port}. A variable that is no setting is only a warning: an
     * orchestrator adds its own for every service, and one may be called as this program is.
     */
    void environment(Map<String, String> environment) {
        new TreeMap<>(environment).forEach((name, value) -> {
            if (!name.startsWith("MAILER_") || NOT_SETTINGS.contains(name)) {
                return;
            }
            String key = SettingNames.ofVariable(name);
            if (isServiceLink(value)) {
                warnings.add(name + ": is an orchestrator's, for a service of that name, and ignored");
            } else if (key == null) {
                warnings.add(name + ": is no setting and ignored" + SettingNames.suggestion(variableAsKey(name)));
            } else {
                given.put(key, new Given(value, name));
            }
        });
    }

    /** As orchestrators announce a service: one that is called {@code mailer-server} has the name of our setting. */
    private static boolean isServiceLink(String value) {
        return value.startsWith("tcp://") || value.startsWith("udp://");
    }

    void overrides(Map<String, String> overrides) {
        overrides.forEach((key, value) -> put(key, new Given(value, "the command line")));
    }

    private void put(String key, Given value) {
        if (SettingNames.isKnown(key)) {
            given.put(key, value);
        } else {
            problems.add(key + ": is no setting" + SettingNames.suggestion(key) + " (from " + value.origin() + ")");
        }
    }

    private static String variableAsKey(String name) {
        return name.substring("MAILER_".length()).toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
