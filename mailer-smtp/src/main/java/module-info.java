// SPDX-License-Identifier: Apache-2.0
import dev.mailer.api.spi.TransportFactory;
import dev.mailer.smtp.MxTransportFactory;
import dev.mailer.smtp.SmtpTransportFactory;
import org.jspecify.annotations.NullMarked;

/** Mail over SMTP. */
@NullMarked
module dev.mailer.smtp {
    requires transitive dev.mailer.api;
    requires static transitive org.jspecify;
    requires static com.google.errorprone.annotations;
    requires org.dnsjava;
    requires org.slf4j;

    exports dev.mailer.smtp;
    exports dev.mailer.smtp.dkim;
    exports dev.mailer.smtp.domain;

    provides TransportFactory with
            SmtpTransportFactory,
            MxTransportFactory;
}
