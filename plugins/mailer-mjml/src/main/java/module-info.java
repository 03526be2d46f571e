// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Templates in MJML. */
@NullMarked
module dev.mailer.mjml {
    requires dev.mailer.api;
    requires static org.jspecify;
    requires ch.digitalfondue.mjml4j;

    provides dev.mailer.api.spi.MjmlCompiler with
            dev.mailer.mjml.Mjml4jCompiler;
}
