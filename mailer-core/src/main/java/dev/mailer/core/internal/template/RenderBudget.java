// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import org.jspecify.annotations.Nullable;

/**
 * What one rendering may still do. Counted in steps and characters, not in time, so that the same mail passes or fails on every
 * node alike; both together bound the time. Bound to the rendering thread.
 */
final class RenderBudget {
    /** Most characters of one rendered part. */
    static final int MAX_OUTPUT = 5 * 1024 * 1024;
    /** Most blocks rendered: rounds of loops, calls of macros, branches. */
    static final int MAX_STEPS = 250_000;
    /** Most characters handled in between: inserted, joined, searched. */
    static final long MAX_CHARACTERS = 8L * MAX_OUTPUT;

    private static final int CHARACTERS_OF_AN_ENTRY = 16;

    private static final ThreadLocal<@Nullable RenderBudget> CURRENT = new ThreadLocal<>();

    private int steps;
    private long characters;
    /** How many string literals we are inside of: what they hold is escaped when they are inserted, not before. */
    private int literals;

    static RenderBudget open() {
        RenderBudget budget = new RenderBudget();
        CURRENT.set(budget);
        return budget;
    }

    static void close() {
        CURRENT.remove();
    }

    /** The budget of this thread's rendering; a new one while a template is only compiled. */
    static RenderBudget current() {
        RenderBudget budget = CURRENT.get();
        return budget == null ? new RenderBudget() : budget;
    }

    void step() {
        if (++steps > MAX_STEPS) {
            throw new InvalidEmailException("template", "takes more than " + MAX_STEPS + " steps to render");
        }
    }

    void take(long count) {
        if (count < 0 || count > MAX_CHARACTERS - characters) {
            throw new InvalidEmailException(
                    "template", "handles more than " + MAX_CHARACTERS + " characters to render");
        }
        characters += count;
    }

    /** Lists and maps that a template makes, which it can keep. */
    void entries(int count) {
        take((long) count * CHARACTERS_OF_AN_ENTRY);
    }

    void enterLiteral() {
        literals++;
    }

    void leaveLiteral() {
        literals--;
    }

    boolean inLiteral() {
        return literals > 0;
    }
}
