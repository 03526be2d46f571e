// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.server.home.PrivateFiles;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.dkim.DkimSigner;
import dev.mailer.smtp.dkim.DkimSignerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Reads {@code dkim.*}: one group of settings for each key, by a name that is the domain unless another is given. For one thread. */
final class DkimSettings {
    private static final String PREFIX = "dkim.";

    private final GivenSettings given;
    private final List<String> warnings;
    private final List<Settings.SigningKey> keys = new ArrayList<>();
    private final DkimSignerBuilder builder = DkimSigner.builder();
    private boolean complete = true;

    DkimSettings(GivenSettings given, List<String> warnings) {
        this.given = given;
        this.warnings = warnings;
    }

    /** The signer; null when there is no key, or something is wrong, which is among the problems then. */
    @Nullable
    DkimSigner signer() {
        Set<String> names = new TreeSet<>();
        given.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                names.add(key.substring(PREFIX.length(), key.lastIndexOf('.')));
            }
        });
        names.forEach(this::read);
        if (names.isEmpty() || !complete) {
            return null;
        }
        try {
            return builder.build();
        } catch (MailerConfigException e) {
            given.problem(e.option(), e.problem());
            return null;
        }
    }

    /** Those that could be read, once {@link #signer} was asked for. */
    List<Settings.SigningKey> keys() {
        return keys;
    }

    private void read(String name) {
        String group = PREFIX + name;
        String domain = given.text(group + ".domain", name);
        String selector = given.text(group + ".selector", "");
        Instant from = given.optional(
                group + ".from", "a time such as 2026-12-01T00:00:00Z", DkimSettings::instant, Instant::toString);
        if (selector.isEmpty()) {
            problem(group + ".selector", "is missing");
        }
        boolean unnamed = !given.has(group + ".domain") && name.indexOf('.') < 0;
        Secret key = key(group);
        if (key != null && unnamed) {
            problem(group + ".domain", "is missing: '" + name + "' is no domain that sends mail");
        }
        if (key == null || selector.isEmpty() || unnamed || (from == null && given.has(group + ".from"))) {
            complete = false;
            return;
        }
        try {
            builder.key(domain, selector, key, from == null ? Instant.MIN : from);
            keys.add(new Settings.SigningKey(domain, selector, key));
        } catch (MailerConfigException e) {
            problem(group, e.problem());
        }
    }

    private @Nullable Secret key(String group) {
        String text = given.secret(group + ".key");
        boolean inFile = given.has(group + ".keyFile");
        Path file = given.optional(group + ".keyFile", "a file that exists", Values::file, Path::toString);
        if (text.isEmpty() && !inFile) {
            problem(group + ".key", "is missing, and so is " + group + ".keyFile; \"mailer dkim keygen\" makes a key");
        } else if (!text.isEmpty() && inFile) {
            problem(group + ".keyFile", "is set beside " + group + ".key: one is enough");
        } else if (file != null) {
            return key(group + ".keyFile", () -> read(group, file));
        } else if (!inFile) {
            return key(group + ".key", () -> Secret.of(text));
        }
        return null;
    }

    private @Nullable Secret key(String setting, Callable<Secret> source) {
        try {
            Secret key = source.call();
            var unused = DkimPrivateKey.parse(key);
            return key;
        } catch (IOException e) {
            problem(setting, "cannot be read: " + FileTrouble.of(e));
        } catch (Exception e) {
            problem(setting, String.valueOf(e.getMessage()));
        }
        return null;
    }

    private void problem(String key, String text) {
        complete = false;
        given.problem(key, text);
    }

    private Secret read(String group, Path file) throws IOException {
        Secret key = DkimKeyFile.read(file);
        if (PrivateFiles.isOpen(file)) {
            warnings.add(group + ".keyFile: " + DkimKeyFile.openToOthers(file));
        }
        return key;
    }

    private static @Nullable Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
