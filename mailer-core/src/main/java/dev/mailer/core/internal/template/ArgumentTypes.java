// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.core.template.VariableType;
import dev.mailer.core.template.VariableType.ListOf;
import dev.mailer.core.template.VariableType.Plain;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What calls are given in their brackets, by type: why {@link PlainCalls} and the tools refuse it whatever the value is, else null. */
final class ArgumentTypes {
    private ArgumentTypes() {}

    /** @param of what is called */
    static @Nullable String problem(VariableType of, String method, List<VariableType> given) {
        boolean index = of == Plain.TEXT ? method.equals("substring") : of instanceof ListOf && method.equals("get");
        for (VariableType argument : given) {
            String problem = of == Plain.UNKNOWN ? null : index ? notNumber(argument) : notPlain(argument);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    /** @param written for each argument the string that is written out; null when it is not */
    static @Nullable String problem(
            TemplateTool tool, String method, List<VariableType> given, List<@Nullable String> written) {
        String problem = tool instanceof FormatTool && !method.startsWith("date")
                ? amount(method, given.get(0), written.get(0))
                : problem(tool, given.get(0));
        for (int i = 1; i < given.size() && problem == null; i++) {
            // The values of a message are told by the number of their placeholder.
            boolean places = method.equals("number");
            problem = tool instanceof MessagesTool ? null : places ? notNumber(given.get(i)) : notText(given.get(i));
        }
        return problem;
    }

    private static @Nullable String problem(TemplateTool tool, VariableType first) {
        return tool instanceof FormatTool ? notText(first) : notPlain(first);
    }

    /** A number, or a string, which may read as one. */
    private static @Nullable String amount(String method, VariableType type, @Nullable String written) {
        if (written != null) {
            try {
                var unused = FormatTool.decimal("$fmt." + method, written);
            } catch (InvalidEmailException e) {
                return "is given '" + written + "' for a number";
            }
        }
        return type == Plain.TEXT ? null : notNumber(type);
    }

    private static @Nullable String notNumber(VariableType type) {
        return type == Plain.NUMBER || type == Plain.UNKNOWN ? null : given(type) + " for a number";
    }

    private static @Nullable String notText(VariableType type) {
        return type == Plain.TEXT || type == Plain.UNKNOWN ? null : given(type) + " for a string";
    }

    private static @Nullable String notPlain(VariableType type) {
        return TypedAccess.prints(type) ? null : given(type) + " for a string, number or boolean";
    }

    private static String given(VariableType type) {
        return "is given " + TypedAccess.name(type);
    }
}
