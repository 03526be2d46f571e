// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import dev.mailer.api.MailerConfigException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a transport's expression: {@code uri}, {@code failover(expression …)} or {@code weighted(weight*expression …)}, nested,
 * separated by blanks. A URI ends at a blank or at a bracket that it did not open; inside, both are percent-encoded. Errors
 * name a character by its number, from 1, and quote nothing that could be a credential.
 */
final class ExpressionParser {
    /** Deepest nesting of composites. */
    static final int MAX_DEPTH = 16;
    /** Largest weight. */
    static final int MAX_WEIGHT = 1_000;

    private static final String FAILOVER = "failover";
    private static final String WEIGHTED = "weighted";

    private final String text;
    private int at;

    private ExpressionParser(String text) {
        this.text = text;
    }

    static Expression parse(String text) {
        ExpressionParser parser = new ExpressionParser(text);
        parser.skipBlanks();
        if (parser.atEnd()) {
            throw new MailerConfigException(
                    "transport", "is empty; expected something like smtp://user:password@host:587");
        }
        Expression expression = parser.expression(0);
        parser.skipBlanks();
        if (!parser.atEnd()) {
            throw parser.error(
                    parser.at,
                    parser.peek() == ')'
                            ? "')' closes nothing; write '%29' for the sign itself"
                            : "text behind the end; several transports need failover(…) or weighted(…), and a blank in a URI is"
                                    + " written '%20'");
        }
        return expression;
    }

    private Expression expression(int depth) {
        int begin = at;
        String name = compositeName();
        if (name.isEmpty()) {
            return single();
        }
        if (!name.equals(FAILOVER) && !name.equals(WEIGHTED)) {
            throw error(begin, "unknown composite '" + name + "'; known are failover(…) and weighted(…)");
        }
        if (depth == MAX_DEPTH) {
            throw error(begin, "composites are nested deeper than " + MAX_DEPTH);
        }
        at += name.length() + 1;
        List<Expression> children = new ArrayList<>();
        List<Integer> weights = new ArrayList<>();
        for (skipBlanks(); !atEnd() && peek() != ')'; skipBlanks()) {
            if (name.equals(WEIGHTED)) {
                weights.add(weight());
            }
            children.add(expression(depth + 1));
        }
        if (atEnd()) {
            throw error(begin, name + "( is not closed; expected ')' at the end");
        }
        if (children.isEmpty()) {
            throw error(begin, name + "() holds no transport");
        }
        at++;
        return name.equals(WEIGHTED) ? new Expression.Weighted(children, weights) : new Expression.Failover(children);
    }

    /** The word in front of an opening bracket; empty when what comes is a URI. */
    private String compositeName() {
        int end = at;
        while (end < text.length() && isLetter(text.charAt(end))) {
            end++;
        }
        return end < text.length() && text.charAt(end) == '(' ? text.substring(at, end) : "";
    }

    private int weight() {
        int begin = at;
        while (!atEnd() && peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == begin || atEnd() || peek() != '*') {
            throw error(begin, "the weight is missing; expected something like 3*smtp://host");
        }
        String digits = text.substring(begin, at);
        int weight = digits.length() > 4 ? 0 : Integer.parseInt(digits);
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw error(begin, "the weight is not a number from 1 to " + MAX_WEIGHT);
        }
        at++;
        return weight;
    }

    private Expression single() {
        int begin = at;
        int open = 0;
        while (!atEnd() && !isBlank(peek()) && (peek() != ')' || open > 0)) {
            open += peek() == '(' ? 1 : peek() == ')' ? -1 : 0;
            at++;
        }
        return new Expression.Single(text.substring(begin, at), begin);
    }

    private MailerConfigException error(int position, String problem) {
        return error(text, position, problem);
    }

    /** The same error with its position, which is left out where the whole text is meant. */
    static MailerConfigException located(String text, int position, MailerConfigException e) {
        String message = String.valueOf(e.getMessage());
        String prefix = e.option() + ": ";
        return message.startsWith(prefix) ? error(text, position, message.substring(prefix.length())) : e;
    }

    private static MailerConfigException error(String text, int position, String problem) {
        String where = text.substring(0, position).isBlank() ? "" : "at character " + (position + 1) + ": ";
        return new MailerConfigException("transport", where + problem);
    }

    private void skipBlanks() {
        while (!atEnd() && isBlank(peek())) {
            at++;
        }
    }

    private boolean atEnd() {
        return at == text.length();
    }

    private char peek() {
        return text.charAt(at);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
