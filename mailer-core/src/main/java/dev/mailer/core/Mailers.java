// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core;

/**
 * Where every mailer begins.
 *
 * <pre>{@code
 * Mailer mailer = Mailers.create("smtp://user:password@smtp.example.com:587");
 * mailer.send(mail -> mail.from("shop@example.com").to("jo@example.org").subject("Thanks").text("Your order is on its way."));
 * }</pre>
 */
public final class Mailers {
    private Mailers() {}

    /** A mailer with this transport and everything else by default; its ledger is in memory and ends with the process. See {@link MailerBuilder#build} for what it throws. */
    public static MailerEngine create(String transport) {
        return builder().transport(transport).build();
    }

    /** A builder with every option at its default; {@code transport} is the one that has none. */
    public static MailerBuilder builder() {
        return new MailerBuilder();
    }
}
