// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.cli;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command sees of the world: results go to {@code out}, progress and complaints to {@code err}.
 *
 * @param interactive somebody sits there
 */
public record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        InstantSource clock,
        boolean interactive) {
    public Terminal {
        environment = Map.copyOf(environment);
    }

    public static Terminal system() {
        return new Terminal(
                System.in,
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                System.getenv(),
                InstantSource.system(),
                isTerminal(System.console()));
    }

    /** One line of result. What servers said may be in it, so that no control character passes. */
    void line(String text) {
        out.println(printable(text));
    }

    void note(String text) {
        err.println(printable(text));
    }

    /** JSON as it is, with escapes in place of control characters, which can only be within its texts. */
    void json(String json) {
        StringBuilder b = new StringBuilder(json.length());
        json.codePoints().forEach(c -> {
            if (isHarmless(c) || c == '\r') {
                b.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    b.append("\\u").append(HexFormat.of().toHexDigits(unit));
                }
            }
        });
        out.println(b);
    }

    private static String printable(String text) {
        StringBuilder b = new StringBuilder(text.length());
        text.codePoints().forEach(c -> b.appendCodePoint(isHarmless(c) ? c : '\uFFFD'));
        return b.toString();
    }

    private static boolean isHarmless(int c) {
        return c == '\n' || (!Character.isISOControl(c) && Character.getType(c) != Character.FORMAT);
    }

    /** From JDK 22 there is a console even without a terminal, and a method that tells. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
