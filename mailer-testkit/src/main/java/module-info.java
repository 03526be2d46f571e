// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** The test kit. */
@NullMarked
module dev.mailer.testkit {
    exports dev.mailer.testkit;
    exports dev.mailer.testkit.dns;
    exports dev.mailer.testkit.smtp;

    requires transitive dev.mailer.api;
    requires transitive dev.mailer.core;
    requires transitive dev.mailer.mailbox;
    requires static transitive org.jspecify;
    requires static transitive org.assertj.core;
    requires static transitive org.junit.jupiter.api;
}
