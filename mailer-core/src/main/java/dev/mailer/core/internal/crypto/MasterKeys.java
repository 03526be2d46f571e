// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.crypto;

import dev.mailer.api.MailerConfigException;
import dev.mailer.api.Secret;
import dev.mailer.api.UnreadableException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;

/** The configured master keys by version, one of them current. Immutable; prints the versions only. */
public final class MasterKeys {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8}):([A-Za-z0-9+/_-]{43}=?)");

    private final int current;
    private final TreeMap<Integer, SecretKey> keys = new TreeMap<>();

    private MasterKeys(int current) {
        this.current = current;
    }

    /**
     * Reads keys in the form {@code version:base64}, as in {@code 2:} and 44 characters.
     *
     * @throws MailerConfigException one has another form, or two have the same version
     */
    public static MasterKeys read(Secret key, List<Secret> oldKeys) {
        Parsed first = parse("encryption.key", key);
        MasterKeys masters = new MasterKeys(first.version);
        masters.keys.put(first.version, first.key);
        for (Secret old : oldKeys) {
            Parsed next = parse("encryption.oldKeys", old);
            if (masters.keys.putIfAbsent(next.version, next.key) != null) {
                throw new MailerConfigException(
                        "encryption.oldKeys", "version " + next.version + " is given twice; each key has its own");
            }
        }
        return masters;
    }

    /** A new random key in the form that {@link #read} takes. */
    public static Secret generate(int version) {
        byte[] bytes = AesGcm.newKey().getEncoded();
        return Secret.of(version + ":" + Base64.getEncoder().encodeToString(bytes));
    }

    public int current() {
        return current;
    }

    public Set<Integer> versions() {
        return Set.copyOf(keys.keySet());
    }

    /** Configured versions before the current one. */
    public List<Integer> older() {
        return List.copyOf(keys.headMap(current).keySet());
    }

    /** @param version one that is configured */
    byte[] wrap(int version, String bound, byte[] secret) {
        SecretKey key = keys.get(version);
        if (key == null) {
            throw new IllegalStateException("version " + version + " is none of " + keys.keySet());
        }
        return AesGcm.KEYS.encrypt(key, bound + "|" + version, secret);
    }

    /** @param what names it for people */
    byte[] unwrap(String what, String bound, int version, byte[] wrapped) {
        SecretKey key = keys.get(version);
        if (key == null) {
            throw UnreadableException.keyMissing(what, version);
        }
        try {
            return AesGcm.KEYS.decrypt(key, bound + "|" + version, wrapped);
        } catch (GeneralSecurityException e) {
            throw UnreadableException.altered(what, e);
        }
    }

    private static Parsed parse(String option, Secret secret) {
        Matcher form = FORM.matcher(secret.reveal().strip());
        if (!form.matches()) {
            throw new MailerConfigException(
                    option, "is not version:base64 with a version from 1 and 32 bytes, as 'mailer keygen' prints it");
        }
        byte[] bytes = decode(form.group(2));
        if (bytes.length != AesGcm.KEY_BYTES) {
            throw new MailerConfigException(option, "has " + bytes.length + " bytes, a key has " + AesGcm.KEY_BYTES);
        }
        if (Arrays.equals(bytes, new byte[AesGcm.KEY_BYTES])) {
            throw new MailerConfigException(option, "has zeros only; 'mailer keygen' makes one that nobody knows");
        }
        return new Parsed(Integer.parseInt(form.group(1)), AesGcm.key(bytes));
    }

    private static byte[] decode(String base64) {
        String standard = base64.replace('-', '+').replace('_', '/');
        return Base64.getDecoder().decode(standard.endsWith("=") ? standard : standard + "=");
    }

    private record Parsed(int version, SecretKey key) {
        @Override
        public String toString() {
            return "Parsed[" + version + "]";
        }
    }

    @Override
    public String toString() {
        return "MasterKeys[current=" + current + ", versions=" + keys.keySet() + "]";
    }
}
