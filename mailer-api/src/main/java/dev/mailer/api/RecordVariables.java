// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into variables: components become entries, nested ones too; enums are names and what java.time has is ISO 8601.
 * What remains is as {@link Variables} takes it, or is refused there.
 */
final class RecordVariables {
    private RecordVariables() {}

    /** The name of the template that a record is for. */
    static String template(Record record) {
        MailTemplate named = record.getClass().getAnnotation(MailTemplate.class);
        if (named == null) {
            throw new InvalidEmailException(
                    "template",
                    record.getClass().getSimpleName()
                            + " names no template; add @MailTemplate(\"name\") to the record");
        }
        return named.value();
    }

    static Map<String, @Nullable Object> of(Record record) {
        return entries("variables", record, 0);
    }

    private static Map<String, @Nullable Object> entries(String path, Record record, int depth) {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            String name = component.getName();
            entries.put(name, plain(path + "." + name, read(record, component.getAccessor()), depth + 1));
        }
        return entries;
    }

    private static @Nullable Object plain(String path, @Nullable Object value, int depth) {
        if (depth > Variables.MAX_DEPTH) {
            throw new InvalidEmailException("template", path + " is nested deeper than " + Variables.MAX_DEPTH);
        }
        if (value instanceof Record record) {
            return entries(path, record, depth);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof TemporalAccessor || value instanceof TemporalAmount) {
            return value.getClass().getPackageName().equals("java.time") ? value.toString() : value;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> plain = new ArrayList<>();
            for (Object each : list) {
                plain.add(plain(path + "[" + plain.size() + "]", each, depth + 1));
            }
            return plain;
        }
        if (value instanceof Map<?, ?> map) {
            Map<@Nullable Object, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, each) -> plain.put(key, plain(path + "." + key, each, depth + 1)));
            return plain;
        }
        return value;
    }

    private static @Nullable Object read(Record record, Method accessor) {
        String name = record.getClass().getSimpleName() + "." + accessor.getName();
        if (!accessor.trySetAccessible()) {
            throw new InvalidEmailException(
                    "template",
                    name + " cannot be read; open the package "
                            + record.getClass().getPackageName() + " to the module dev.mailer.api");
        }
        try {
            return accessor.invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            // What it says may be about a person; the cause has it.
            String type = (e.getCause() == null ? e : e.getCause()).getClass().getName();
            throw new InvalidEmailException("template", name + " cannot be read: " + type, e);
        }
    }
}
