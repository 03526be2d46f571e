// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.core.template.VariableType;
import dev.mailer.core.template.VariableType.ListOf;
import dev.mailer.core.template.VariableType.MapOf;
import dev.mailer.core.template.VariableType.Plain;
import dev.mailer.core.template.VariableType.Structure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@link PlainUberspector} and {@link PlainCalls} do with a value, done with its type: null where they refuse. */
final class TypedAccess {
    private TypedAccess() {}

    static @Nullable VariableType property(VariableType type, String name) {
        if (type instanceof Structure structure) {
            return structure.parts().get(name);
        }
        if (type instanceof MapOf map) {
            return map.value();
        }
        return type == Plain.UNKNOWN ? type : null;
    }

    /** @param key what is written out as the only argument; null when it is not */
    static @Nullable VariableType call(VariableType type, String method, int arguments, @Nullable String key) {
        if (type == Plain.UNKNOWN) {
            return type;
        }
        return PlainCalls.has(sample(type), method, arguments) ? result(type, method, key) : null;
    }

    /** What a loop goes through. */
    static @Nullable VariableType item(VariableType type) {
        if (type instanceof ListOf list) {
            return list.item();
        }
        if (type instanceof MapOf map) {
            return map.value();
        }
        return type instanceof Structure || type == Plain.UNKNOWN ? Plain.UNKNOWN : null;
    }

    static boolean prints(VariableType type) {
        return type instanceof Plain;
    }

    /** What a type is called in messages. */
    static String name(VariableType type) {
        if (type instanceof Structure structure) {
            return "the record " + structure.name();
        }
        if (type instanceof Plain plain) {
            return switch (plain) {
                case TEXT -> "a string";
                case NUMBER -> "a number";
                case BOOLEAN -> "a boolean";
                case UNKNOWN -> "anything";
            };
        }
        return type instanceof ListOf ? "a list" : "a map";
    }

    private static Object sample(VariableType type) {
        if (type instanceof Plain plain) {
            return switch (plain) {
                case NUMBER -> 0;
                case BOOLEAN -> true;
                case TEXT, UNKNOWN -> "";
            };
        }
        return type instanceof ListOf ? List.of() : Map.of();
    }

    private static @Nullable VariableType result(VariableType type, String method, @Nullable String key) {
        return switch (method) {
            case "get" -> got(type, key);
            case "size", "length", "indexOf", "lastIndexOf" -> Plain.NUMBER;
            case "isEmpty",
                    "isBlank",
                    "contains",
                    "containsKey",
                    "startsWith",
                    "endsWith",
                    "equals",
                    "equalsIgnoreCase" -> Plain.BOOLEAN;
            case "keySet" -> new ListOf(Plain.TEXT);
            case "values" -> new ListOf(type instanceof MapOf map ? map.value() : Plain.UNKNOWN);
            case "entrySet" -> new ListOf(Plain.UNKNOWN);
            default -> Plain.TEXT;
        };
    }

    private static @Nullable VariableType got(VariableType type, @Nullable String key) {
        if (type instanceof Structure structure) {
            return key == null ? Plain.UNKNOWN : structure.parts().get(key);
        }
        return item(type);
    }
}
