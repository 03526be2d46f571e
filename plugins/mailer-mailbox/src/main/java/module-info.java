// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The development mailbox. */
@NullMarked
module dev.mailer.mailbox {
    requires transitive dev.mailer.api;
    requires static transitive org.jspecify;
    requires jakarta.mail;
    requires org.jsoup;
    requires org.slf4j;

    exports dev.mailer.mailbox;
}
