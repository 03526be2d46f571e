// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Experimental;
import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.spi.SecretSource;
import java.security.Provider;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the keys of a {@link DkimSigner}. Not thread-safe.
 *
 * <p>A domain may have several keys. Those of different algorithms sign beside each other; of one algorithm, the one signs
 * that began last at the time when the mail was accepted, so that all attempts of a mail have the same signature.
 */
@Experimental
public final class DkimSignerBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(DkimSigner.class);

    private final List<Entry> entries = new ArrayList<>();
    private @Nullable SecretSource secrets;
    private @Nullable Duration validity;
    private @Nullable Provider provider;

    private record Entry(
            String domain,
            String selector,
            Instant from,
            @Nullable Secret key,
            String secretName) {
        String option() {
            return "dkim." + domain + '.' + selector;
        }

        /** Begins what is wrong with the key. */
        String named() {
            return key == null ? "the secret \"" + secretName + "\": " : "";
        }
    }

    DkimSignerBuilder() {}

    /** Where keys are found by name; {@link DkimSigner#plugin} sets the mailer's. */
    public DkimSignerBuilder secrets(SecretSource secrets) {
        this.secrets = Objects.requireNonNull(secrets, "secrets");
        return this;
    }

    /** Signs from the beginning with the key of this name in the secret source, in one of the forms of {@link DkimPrivateKey#parse}. */
    public DkimSignerBuilder key(String domain, String selector, String secretName) {
        return key(domain, selector, secretName, Instant.MIN);
    }

    /** As {@link #key(String, String, String)}, for mail accepted at this instant or later. */
    public DkimSignerBuilder key(String domain, String selector, String secretName, Instant from) {
        return add(domain, selector, from, null, Objects.requireNonNull(secretName, "secretName"));
    }

    /** Signs from the beginning with this key, in one of the forms of {@link DkimPrivateKey#parse}. */
    public DkimSignerBuilder key(String domain, String selector, Secret key) {
        return key(domain, selector, key, Instant.MIN);
    }

    /** As {@link #key(String, String, Secret)}, for mail accepted at this instant or later. */
    public DkimSignerBuilder key(String domain, String selector, Secret key, Instant from) {
        return add(domain, selector, from, Objects.requireNonNull(key, "key"), "");
    }

    /**
     * How long a signature is to be valid from when the mail was accepted (the tag {@code x=}); by default it does not expire. Must
     * be longer than mail is retried.
     */
    public DkimSignerBuilder validity(Duration validity) {
        if (validity.toSeconds() <= 0) {
            throw new MailerConfigException("dkim.validity", "is " + validity + ", must be a second or more");
        }
        this.validity = validity;
        return this;
    }

    /**
     * Signs with this provider. By default it is the fastest that is present: for RSA that of Amazon Corretto or Conscrypt, for
     * Ed25519 Bouncy Castle, otherwise the platform's; {@link DkimSigner#toString} tells which.
     */
    public DkimSignerBuilder provider(Provider provider) {
        this.provider = Objects.requireNonNull(provider, "provider");
        return this;
    }

    /**
     * The signer, with each key read and tried.
     *
     * @throws MailerConfigException a key is missing, cannot be used, or two would sign at the same time; the option names
     *     domain and selector
     */
    public DkimSigner build() {
        if (entries.isEmpty()) {
            throw new MailerConfigException("dkim", "has no key: name a domain, a selector and a key");
        }
        Map<String, List<KeySlot>> domains = new HashMap<>();
        for (Entry entry : entries) {
            KeySlot slot = slot(entry);
            List<KeySlot> slots = domains.computeIfAbsent(entry.domain(), d -> new ArrayList<>());
            requireFree(entry, slot, slots);
            slots.add(slot);
        }
        domains.forEach(DkimSignerBuilder::requireNoGap);
        DkimSigner signer = new DkimSigner(Map.copyOf(domains), validity);
        LOG.debug("DKIM: {}", signer);
        return signer;
    }

    private DkimSignerBuilder add(
            String domain, String selector, Instant from, @Nullable Secret key, String secretName) {
        Objects.requireNonNull(from, "from");
        String name = DkimNames.domain(domain);
        DkimNames.requireSelector(name, selector);
        entries.add(new Entry(name, selector, from, key, secretName));
        return this;
    }

    private KeySlot slot(Entry entry) {
        SecretSource named = secrets;
        Supplier<@Nullable Secret> source;
        if (entry.key() != null) {
            source = entry::key;
        } else if (named != null) {
            source = () -> named.find(entry.secretName());
        } else {
            throw new MailerConfigException(entry.option(), "names a secret, but there is no secret source");
        }
        try {
            return new KeySlot(entry.domain(), entry.selector(), entry.from(), source, provider);
        } catch (IllegalArgumentException e) {
            throw new MailerConfigException(entry.option(), entry.named() + e.getMessage());
        }
    }

    private static void requireFree(Entry entry, KeySlot slot, List<KeySlot> others) {
        for (KeySlot other : others) {
            if (other.selector().equalsIgnoreCase(slot.selector())) {
                throw new MailerConfigException(entry.option(), "is given twice");
            }
            if (other.algorithm() == slot.algorithm() && other.from().equals(slot.from())) {
                throw new MailerConfigException(
                        entry.option(),
                        "begins when " + other.selector() + " does, which is an "
                                + slot.algorithm().keyType() + " key too: say from when on the newer one signs");
            }
        }
    }

    private static void requireNoGap(String domain, List<KeySlot> slots) {
        if (slots.stream().noneMatch(slot -> slot.from().equals(Instant.MIN))) {
            throw new MailerConfigException(
                    "dkim." + domain,
                    "no key signs from the beginning, so mail accepted earlier would leave unsigned:"
                            + " leave out the time of the first key");
        }
    }
}
