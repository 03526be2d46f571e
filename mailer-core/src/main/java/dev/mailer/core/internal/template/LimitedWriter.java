// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import java.io.Writer;

/** Collects what a template prints, up to {@link RenderBudget#MAX_OUTPUT} characters. */
final class LimitedWriter extends Writer {
    private final StringBuilder out = new StringBuilder(1024);

    @Override
    public void write(int c) {
        charge(1);
        out.append((char) c);
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
        charge(length);
        out.append(buffer, offset, length);
    }

    @Override
    public void write(String text) {
        charge(text.length());
        out.append(text);
    }

    @Override
    public void write(String text, int offset, int length) {
        charge(length);
        out.append(text, offset, offset + length);
    }

    @Override
    public void flush() {
        // Everything is there already.
    }

    @Override
    public void close() {
        // Nothing to release.
    }

    @Override
    public String toString() {
        return out.toString();
    }

    private void charge(int length) {
        if (out.length() + (long) length > RenderBudget.MAX_OUTPUT) {
            throw new InvalidEmailException("template", "prints more than " + RenderBudget.MAX_OUTPUT + " characters");
        }
    }
}
