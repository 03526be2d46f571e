// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples;

/** What a program was started with. */
final class Arguments {
    private Arguments() {}

    /** The arguments, when there are enough of them; {@code names} says what they are. */
    static String[] require(int least, String names, String... given) {
        if (given.length < least) {
            throw new IllegalArgumentException(
                    "has " + given.length + " arguments, needs -Dexec.args=\"" + names + "\"");
        }
        return given;
    }
}
