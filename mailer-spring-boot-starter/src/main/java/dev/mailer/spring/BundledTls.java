// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** What connections trust and identify themselves by, as the SSL bundle of the application has it now. Thread-safe. */
final class BundledTls implements Supplier<SSLContext> {
    private static final Logger log = LoggerFactory.getLogger(BundledTls.class);

    private final String name;
    private volatile SSLContext current;

    private BundledTls(String name, SSLContext current) {
        this.name = name;
        this.current = current;
    }

    /**
     * Reads the bundle, and again each time it is updated.
     *
     * @param option the setting that names it, for errors
     */
    static BundledTls of(String option, String name, @Nullable SslBundles bundles) {
        if (bundles == null) {
            throw new MailerConfigException(option, "is '" + name + "', and the application has no SSL bundles");
        }
        try {
            BundledTls tls = new BundledTls(name, bundles.getBundle(name).createSslContext());
            bundles.addBundleUpdateHandler(name, tls::update);
            return tls;
        } catch (NoSuchSslBundleException e) {
            throw new MailerConfigException(
                    option,
                    "is '" + name + "', and there is no such SSL bundle; known are " + bundles.getBundleNames()
                            + "; spring.ssl.bundle.pem." + name + " or spring.ssl.bundle.jks." + name + " makes it",
                    e);
        } catch (RuntimeException e) {
            throw new MailerConfigException(option, "is '" + name + "', which cannot be used: " + reasons(e), e);
        }
    }

    @Override
    public SSLContext get() {
        return current;
    }

    private void update(SslBundle bundle) {
        try {
            current = bundle.createSslContext();
            log.info("the SSL bundle '{}' was updated: new connections go by it", name);
        } catch (RuntimeException e) {
            log.warn(
                    "the SSL bundle '{}' was updated and cannot be used, what it was before stays: {}",
                    name,
                    reasons(e));
        }
    }

    /** Those of Spring say what was to be done, their causes why it did not work. */
    private static String reasons(Throwable e) {
        StringBuilder reasons = new StringBuilder(String.valueOf(e.getMessage()));
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && reasons.indexOf(cause.getMessage()) < 0) {
                reasons.append(": ").append(cause.getMessage());
            }
        }
        return reasons.toString();
    }
}
