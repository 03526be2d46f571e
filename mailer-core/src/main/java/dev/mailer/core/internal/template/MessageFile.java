// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Reads a file of messages: properties in UTF-8. */
final class MessageFile {
    private MessageFile() {}

    static Map<String, String> parse(SourceFile file) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(file.content()));
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidEmailException("template", file.path() + " does not parse: " + e.getMessage(), e);
        }
        Map<String, String> messages = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> messages.put(key, properties.getProperty(key)));
        return messages;
    }
}
