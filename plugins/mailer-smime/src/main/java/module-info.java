// SPDX-License-Identifier: Apache-2.0
import org.jspecify.annotations.NullMarked;

/** Mail that is signed and encrypted with S/MIME. */
@NullMarked
module dev.mailer.smime {
    exports dev.mailer.smime;

    requires transitive dev.mailer.api;
    requires static transitive org.jspecify;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
}
