// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.dkim.DkimSigner;
import dev.mailer.smtp.dkim.DkimSignerBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.core.io.ResourceLoader;

/** The keys that the properties name to sign mail with. */
final class DkimKeys {
    /** A key is far smaller: 8192 bits of RSA are 6.5 kB. */
    private static final int MAX_KEY_FILE = 64 * 1024;

    private DkimKeys() {}

    /**
     * The signer; null where no key is named.
     *
     * @throws MailerConfigException names the property
     */
    static @Nullable DkimSigner of(MailerSettings settings, ResourceLoader resources) {
        Map<String, DkimSettings> keys = settings.getDkim();
        if (keys.isEmpty()) {
            return null;
        }
        DkimSignerBuilder builder = DkimSigner.builder();
        keys.forEach((name, key) -> add(name, key, builder, resources));
        try {
            return builder.build();
        } catch (MailerConfigException e) {
            throw new MailerConfigException("dkim", e.option().replaceFirst("^dkim\\.", "") + ' ' + e.problem());
        }
    }

    private static void add(String name, DkimSettings key, DkimSignerBuilder builder, ResourceLoader resources) {
        String option = "dkim." + name;
        String selector = key.selector();
        if (selector == null || selector.isBlank()) {
            throw new MailerConfigException(option + ".selector", "is missing");
        }
        String domain = Objects.requireNonNullElse(key.domain(), name);
        Instant from = Objects.requireNonNullElse(key.from(), Instant.MIN);
        try {
            Secret secret = secret(option, key, resources);
            if (key.domain() == null && name.indexOf('.') < 0) {
                throw new MailerConfigException(
                        option + ".domain", "is missing: '" + name + "' is no domain that sends mail");
            }
            builder.key(domain, selector, secret, from);
        } catch (MailerConfigException e) {
            throw e.option().startsWith(option + ".") ? e : new MailerConfigException(option, e.problem());
        }
    }

    private static Secret secret(String option, DkimSettings given, ResourceLoader resources) {
        boolean text = given.key() != null && !given.key().isBlank();
        boolean file = given.keyFile() != null && !given.keyFile().isBlank();
        if (text == file) {
            throw text
                    ? new MailerConfigException(option + ".keyFile", "is set beside the key itself: one is enough")
                    : new MailerConfigException(
                            option + ".key",
                            "is missing, and so is a file that has it; \"mailer dkim keygen\" makes one");
        }
        String place = text ? option + ".key" : option + ".keyFile";
        try {
            Secret key = text
                    ? Secret.of(Objects.requireNonNull(given.key()))
                    : read(Objects.requireNonNull(given.keyFile()), resources);
            var unused = DkimPrivateKey.parse(key);
            return key;
        } catch (IOException e) {
            // its text may repeat the location, in whose place somebody may have put the key
            throw new MailerConfigException(
                    place, "cannot be read: " + e.getClass().getSimpleName());
        } catch (IllegalArgumentException e) {
            throw new MailerConfigException(place, String.valueOf(e.getMessage()));
        }
    }

    private static Secret read(String location, ResourceLoader resources) throws IOException {
        try (InputStream in = ApplicationResourceLoader.get(resources, true)
                .getResource(location)
                .getInputStream()) {
            return DkimPrivateKey.secretOf(in.readNBytes(MAX_KEY_FILE));
        }
    }
}
