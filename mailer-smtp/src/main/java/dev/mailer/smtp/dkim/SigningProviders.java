// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import java.lang.reflect.InvocationTargetException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fastest provider that is present, by measure: Amazon Corretto's or Conscrypt before the platform for RSA, Bouncy Castle
 * before the platform for Ed25519. None of them is needed, and none is installed for others: it is found where the application
 * registered it or among its classes, and used if it signs with the key at hand so that the platform verifies it.
 */
final class SigningProviders {
    private static final Logger LOG = LoggerFactory.getLogger(SigningProviders.class);

    private static final Known CORRETTO = new Known(
            "AmazonCorrettoCryptoProvider", "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider", null);
    private static final Known CONSCRYPT = new Known("Conscrypt", "org.conscrypt.Conscrypt", "newProvider");
    private static final Known BOUNCY_CASTLE =
            new Known("BC", "org.bouncycastle.jce.provider.BouncyCastleProvider", null);

    /** Loaded once in a process: native libraries can be loaded no second time. */
    private static final Map<Known, Loaded> LOADED = new ConcurrentHashMap<>();

    private SigningProviders() {}

    /** A way to sign with one key. */
    record Choice(@Nullable Provider provider, PrivateKey key, DkimAlgorithm algorithm) {
        /** An initialised signature; not thread-safe. */
        Signature newSignature() throws GeneralSecurityException {
            String name = jcaSignature(algorithm);
            Signature signature =
                    provider == null ? Signature.getInstance(name) : Signature.getInstance(name, provider);
            signature.initSign(key);
            return signature;
        }

        String providerName() throws GeneralSecurityException {
            return newSignature().getProvider().getName();
        }
    }

    static String jcaSignature(DkimAlgorithm algorithm) {
        return algorithm == DkimAlgorithm.RSA ? "SHA256withRSA" : "Ed25519";
    }

    /**
     * The given provider, or else the fastest that works.
     *
     * @throws IllegalArgumentException the given one, or not even the platform, signs with the key so that its public half
     *     verifies it
     */
    static Choice choose(DkimPrivateKey key, @Nullable Provider given) {
        return given == null ? fastest(key) : tried(given, key, given.getName() + " cannot sign with this " + key);
    }

    private static Choice fastest(DkimPrivateKey key) {
        for (Known known : fastestFirst(key.algorithm())) {
            Provider provider = LOADED.computeIfAbsent(known, Loaded::of).provider();
            if (provider != null) {
                try {
                    return tried(provider, key);
                } catch (Exception | LinkageError e) {
                    LOG.debug("{} cannot sign with this {}", provider.getName(), key, e);
                }
            }
        }
        return tried(null, key, "the " + key + " cannot be used");
    }

    private static Choice tried(@Nullable Provider provider, DkimPrivateKey key, String otherwise) {
        try {
            return tried(provider, key);
        } catch (Exception | LinkageError e) {
            throw new IllegalArgumentException(otherwise + ": " + e.getMessage());
        }
    }

    private static List<Known> fastestFirst(DkimAlgorithm algorithm) {
        return algorithm == DkimAlgorithm.RSA ? List.of(CORRETTO, CONSCRYPT) : List.of(BOUNCY_CASTLE);
    }

    private static Choice tried(@Nullable Provider provider, DkimPrivateKey key) throws Exception {
        String algorithm = key.algorithm() == DkimAlgorithm.RSA ? "RSA" : "Ed25519";
        KeyFactory factory =
                provider == null ? KeyFactory.getInstance(algorithm) : KeyFactory.getInstance(algorithm, provider);
        PrivateKey readable = factory.generatePrivate(new PKCS8EncodedKeySpec(key.pkcs8()));
        Choice choice = new Choice(provider, readable, key.algorithm());
        Signature signing = choice.newSignature();
        byte[] sample = new byte[400];
        signing.update(sample);
        byte[] signature = signing.sign();
        Signature verifying = Signature.getInstance(jcaSignature(key.algorithm()));
        verifying.initVerify(
                key.algorithm() == DkimAlgorithm.RSA
                        ? KeyFormats.rsaPublicKey(key.publicKey())
                        : KeyFormats.ed25519PublicKey(key.publicKey()));
        verifying.update(sample);
        if (!verifying.verify(signature)) {
            throw new IllegalArgumentException("its public half does not verify what it signs");
        }
        return choice;
    }

    /**
     * A provider by its names.
     *
     * @param maker the static method that makes it; null for a constructor
     */
    private record Known(
            String name, String className, @Nullable String maker) {}

    /** What became of loading it. */
    private record Loaded(@Nullable Provider provider) {
        static Loaded of(Known known) {
            Provider registered = Security.getProvider(known.name());
            if (registered != null) {
                return new Loaded(registered);
            }
            try {
                Class<?> type = Class.forName(known.className());
                Object made = known.maker() == null
                        ? type.getDeclaredConstructor().newInstance()
                        : type.getMethod(known.maker()).invoke(null);
                return new Loaded((Provider) made);
            } catch (ClassNotFoundException e) {
                return new Loaded(null);
            } catch (InvocationTargetException e) {
                LOG.debug("{} is present and does not work here", known.name(), e.getCause());
                return new Loaded(null);
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                LOG.debug("{} is present and does not work here", known.name(), e);
                return new Loaded(null);
            }
        }
    }
}
