// SPDX-License-Identifier: Apache-2.0
/** What callers and plugin authors of Mailer see: mails, results, events and the extension points. */
@org.jspecify.annotations.NullMarked
module dev.mailer.api {
    requires transitive java.sql;
    requires static transitive org.jspecify;

    exports dev.mailer.api;
    exports dev.mailer.api.spi;

    uses dev.mailer.api.spi.TransportFactory;
}
