// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.velocity.runtime.directive.ForeachScope;
import org.apache.velocity.runtime.directive.Scope;
import org.jspecify.annotations.Nullable;

/** The methods that templates may call, by type of the value and number of arguments. */
final class PlainCalls {
    private static final Set<String> STRING_0 =
            Set.of("length", "isEmpty", "isBlank", "trim", "strip", "toUpperCase", "toLowerCase", "toString");
    private static final Set<String> STRING_1 = Set.of(
            "startsWith", "endsWith", "contains", "indexOf", "lastIndexOf", "substring", "equals", "equalsIgnoreCase");
    private static final Set<String> COLLECTION_0 = Set.of("size", "isEmpty");
    private static final Set<String> MAP_0 = Set.of("size", "isEmpty", "keySet", "values", "entrySet");
    private static final Set<String> MAP_1 = Set.of("get", "containsKey");
    /** Characters of a search that cost as much as one that is handled. */
    private static final int COMPARED_AT_ONCE = 16;

    private PlainCalls() {}

    static boolean has(@Nullable Object target, String name, int arguments) {
        if (target instanceof String) {
            return arguments == 0
                    ? STRING_0.contains(name)
                    : arguments == 1 ? STRING_1.contains(name) : arguments == 2 && name.equals("substring");
        }
        if (target instanceof Scope) {
            return target instanceof ForeachScope && arguments == 0 && name.equals("hasNext");
        }
        if (target instanceof Map<?, ?>) {
            return arguments == 0 ? MAP_0.contains(name) : arguments == 1 && MAP_1.contains(name);
        }
        if (target instanceof Collection<?> collection) {
            return arguments == 0
                    ? COLLECTION_0.contains(name)
                    : arguments == 1
                            && (name.equals("contains") || (name.equals("get") && collection instanceof List<?>));
        }
        if (target instanceof Map.Entry<?, ?>) {
            return arguments == 0 && (name.equals("getKey") || name.equals("getValue"));
        }
        if (target instanceof Number || target instanceof Boolean) {
            return arguments == 0 && name.equals("toString");
        }
        return target instanceof TemplateTool tool && tool.has(name, arguments);
    }

    static @Nullable Object call(Object target, String name, List<@Nullable Object> arguments) {
        if (target instanceof TemplateTool tool) {
            return tool.call(name, arguments);
        }
        arguments.forEach(argument -> requirePlain(name, argument));
        if (target instanceof String text) {
            return string(text, name, arguments);
        }
        if (target instanceof ForeachScope loop) {
            return loop.hasNext();
        }
        if (target instanceof Map<?, ?> map) {
            return switch (name) {
                case "size" -> map.size();
                case "isEmpty" -> map.isEmpty();
                case "keySet" -> map.keySet();
                case "values" -> map.values();
                case "entrySet" -> map.entrySet();
                case "containsKey" -> map.containsKey(arguments.get(0));
                default -> map.get(arguments.get(0));
            };
        }
        if (target instanceof Collection<?> collection) {
            return collection(collection, name, arguments);
        }
        if (target instanceof Map.Entry<?, ?> entry) {
            return name.equals("getKey") ? entry.getKey() : entry.getValue();
        }
        return target.toString();
    }

    private static @Nullable Object collection(
            Collection<?> collection, String name, List<@Nullable Object> arguments) {
        return switch (name) {
            case "size" -> collection.size();
            case "isEmpty" -> collection.isEmpty();
            case "contains" -> {
                RenderBudget.current().take(collection.size());
                yield collection.contains(arguments.get(0));
            }
            default -> {
                int index = number(name, arguments.get(0));
                if (index < 0 || index >= collection.size()) {
                    throw new InvalidEmailException(
                            "template", "asks for item " + index + " of a list of " + collection.size());
                }
                yield ((List<?>) collection).get(index);
            }
        };
    }

    private static @Nullable Object string(String text, String name, List<@Nullable Object> arguments) {
        RenderBudget.current().take(text.length());
        return switch (name) {
            case "length" -> text.length();
            case "isEmpty" -> text.isEmpty();
            case "isBlank" -> text.isBlank();
            case "trim" -> text.trim();
            case "strip" -> text.strip();
            case "toUpperCase" -> text.toUpperCase(Locale.ROOT);
            case "toLowerCase" -> text.toLowerCase(Locale.ROOT);
            case "startsWith" -> text.startsWith(word(name, arguments.get(0)));
            case "endsWith" -> text.endsWith(word(name, arguments.get(0)));
            case "contains" -> text.contains(sought(text, name, arguments.get(0)));
            case "indexOf" -> text.indexOf(sought(text, name, arguments.get(0)));
            case "lastIndexOf" -> text.lastIndexOf(sought(text, name, arguments.get(0)));
            case "equals" -> text.equals(arguments.get(0));
            case "equalsIgnoreCase" -> text.equalsIgnoreCase(word(name, arguments.get(0)));
            case "substring" -> {
                int start = number(name, arguments.get(0));
                int end = arguments.size() > 1 ? number(name, arguments.get(1)) : text.length();
                if (start < 0 || end > text.length() || start > end) {
                    throw new InvalidEmailException(
                            "template",
                            "asks for characters " + start + " to " + end + " of a string of " + text.length());
                }
                yield text.substring(start, end);
            }
            default -> text;
        };
    }

    /** What an argument is as a string. */
    static String word(String name, @Nullable Object argument) {
        requirePlain(name, argument);
        String word = String.valueOf(argument);
        RenderBudget.current().take(word.length());
        return word;
    }

    /** A word to search for, which may be compared anew at each place. */
    private static String sought(String text, String name, @Nullable Object argument) {
        String word = word(name, argument);
        long places = Math.max(0, text.length() - word.length() + 1);
        RenderBudget.current().take(places * word.length() / COMPARED_AT_ONCE);
        return word;
    }

    private static void requirePlain(String name, @Nullable Object argument) {
        if (!Operands.isPlain(argument)) {
            throw new InvalidEmailException(
                    "template", "calls " + name + " with something that is no string, number or boolean");
        }
    }

    private static int number(String name, @Nullable Object argument) {
        if (argument instanceof Number number) {
            return number.intValue();
        }
        throw new InvalidEmailException("template", "calls " + name + " with something that is no number");
    }
}
