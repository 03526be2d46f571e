// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp.dkim;

import dev.mailer.api.Experimental;
import dev.mailer.api.spi.MessageSigner;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the DKIM signatures of a message (RFC 6376 §6), simple and relaxed, rsa-sha256 and ed25519-sha256, in one pass: the
 * message is not kept. Line ends may be LF alone, as in files. Thread-safe, if the look-up is.
 *
 * <p>A signature that passes vouches for its domain and for the fields that it names, and for nothing else: whether the domain
 * has to do with the one in From is for the caller to see.
 */
@Experimental
public final class DkimVerifier {
    /** The most signatures of a message that are verified, from the top. */
    public static final int MAX_SIGNATURES = 10;

    private static final int ED25519_OCTETS = 64;

    private final DkimKeyLookup keys;
    private final InstantSource clock;

    public DkimVerifier(DkimKeyLookup keys, InstantSource clock) {
        this.keys = Objects.requireNonNull(keys, "keys");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * A result for each signature, from top to bottom; empty when the message has none. What is wrong with a signature or its
     * key is a result, never an exception.
     *
     * @throws IOException the message cannot be read, or its header is longer than a megabyte
     */
    public List<DkimResult> verify(MessageSigner.Message message) throws IOException {
        Reading reading = new Reading();
        MessageSplitter splitter =
                new MessageSplitter(LineEnds.AS_RECEIVED, MessageSplitter.MAX_FOREIGN_HEADER, reading);
        message.writeTo(splitter);
        splitter.finish();
        List<DkimResult> results = new ArrayList<>();
        for (Candidate candidate : reading.candidates) {
            results.add(candidate.result(Objects.requireNonNull(reading.header)));
        }
        return List.copyOf(results);
    }

    /** Hashes the body for each signature as it goes by. */
    private final class Reading implements MessageSplitter.OnHeader, MessageSplitter.Body {
        private final List<Candidate> candidates = new ArrayList<>();
        private @Nullable HeaderBlock header;

        @Override
        public MessageSplitter.Body begin(HeaderBlock header) {
            this.header = header;
            for (HeaderField field : header.named("dkim-signature")) {
                if (candidates.size() == MAX_SIGNATURES) {
                    break;
                }
                candidates.add(new Candidate(field));
            }
            return this;
        }

        @Override
        public void update(byte[] octets, int from, int to) {
            for (Candidate candidate : candidates) {
                if (candidate.body != null) {
                    candidate.body.update(octets, from, to);
                }
            }
        }

        @Override
        public void finish() {
            for (Candidate candidate : candidates) {
                if (candidate.body != null) {
                    candidate.body.finish();
                }
            }
        }
    }

    /** One signature. */
    private final class Candidate {
        private @Nullable SignatureField signature;
        private @Nullable BodyHash body;
        private @Nullable VerificationException refusal;

        Candidate(HeaderField field) {
            try {
                signature = SignatureField.parse(field);
                requireAcceptable(signature);
                body = new BodyHash(signature.bodyForm(), signature.bodyLength());
            } catch (VerificationException e) {
                refusal = e;
            }
        }

        DkimResult result(HeaderBlock header) {
            KeyRecord record = null;
            try {
                if (refusal != null) {
                    throw refusal;
                }
                SignatureField checked = Objects.requireNonNull(signature);
                record = key(checked);
                check(checked, record, Objects.requireNonNull(body), header);
                return new DkimResult(DkimStatus.PASS, "", checked, record);
            } catch (VerificationException e) {
                return new DkimResult(e.status(), e.reason(), signature, record);
            }
        }
    }

    private void requireAcceptable(SignatureField signature) throws VerificationException {
        if (signature.algorithmTag().equals("rsa-sha1")) {
            throw new VerificationException(DkimStatus.PERMERROR, "rsa-sha1 is not accepted (RFC 8301 §3.1)");
        }
        if (signature.algorithm() == null) {
            throw new VerificationException(DkimStatus.NEUTRAL, "a= is no known algorithm");
        }
        Long expiry = signature.expiresAt();
        if (expiry != null && expiry < clock.instant().getEpochSecond()) {
            throw new VerificationException(DkimStatus.FAIL, "the signature has expired");
        }
    }

    private KeyRecord key(SignatureField signature) throws VerificationException {
        List<String> records;
        try {
            records = keys.txt(signature.keyName());
        } catch (IOException e) {
            throw new VerificationException(
                    DkimStatus.TEMPERROR, "no answer for " + signature.keyName() + ": " + e.getMessage());
        }
        if (records.isEmpty()) {
            throw new VerificationException(DkimStatus.PERMERROR, "there is no key at " + signature.keyName());
        }
        // Of several records the result is undefined (RFC 6376 §3.6.2.2): the first that is a key.
        VerificationException first = null;
        for (String record : records.subList(0, Math.min(records.size(), MAX_SIGNATURES))) {
            try {
                return KeyRecord.parse(record);
            } catch (VerificationException e) {
                first = first == null ? e : first;
            }
        }
        throw Objects.requireNonNull(first);
    }

    private static void check(SignatureField signature, KeyRecord record, BodyHash body, HeaderBlock header)
            throws VerificationException {
        if (record.algorithm() != signature.algorithm()) {
            throw new VerificationException(DkimStatus.PERMERROR, "key record: the key is not of the kind of a=");
        }
        if (record.isStrict() && !signature.isIdentityExact()) {
            throw new VerificationException(DkimStatus.PERMERROR, "key record: t=s allows no i= below d=");
        }
        if (!body.matches(signature.bodyHash())) {
            throw new VerificationException(DkimStatus.FAIL, "the body was changed: its hash is not bh=");
        }
        if (!isGood(signature, record.key(), header)) {
            throw new VerificationException(
                    DkimStatus.FAIL, "a signed field was changed, or the key is another: the signature does not fit");
        }
    }

    private static boolean isGood(SignatureField signature, PublicKey key, HeaderBlock header) {
        DkimAlgorithm algorithm = Objects.requireNonNull(signature.algorithm());
        if (algorithm == DkimAlgorithm.RSA) {
            return fits(algorithm, key, signature.signature(), octets -> signature.signedOctets(header, octets));
        }
        var hash = Sha256.digest();
        signature.signedOctets(header, hash::update);
        byte[] signed = hash.digest();
        return fits(algorithm, key, signature.signature(), octets -> octets.take(signed, 0, signed.length));
    }

    /** True when a signature is the key's of what is given to its taker: RSA with SHA-256, or Ed25519 of the octets themselves. */
    static boolean fits(DkimAlgorithm algorithm, PublicKey key, byte[] signature, Consumer<Octets> signed) {
        // some Javas take one with more octets behind it
        if (algorithm == DkimAlgorithm.ED25519 && signature.length != ED25519_OCTETS) {
            return false;
        }
        try {
            Signature verification = Signature.getInstance(SigningProviders.jcaSignature(algorithm));
            verification.initVerify(key);
            signed.accept((octets, offset, count) -> update(verification, octets, offset, count));
            return verification.verify(signature);
        } catch (GeneralSecurityException e) {
            // Wrong length, or no number that the key can have made.
            return false;
        }
    }

    private static void update(Signature verification, byte[] octets, int offset, int count) {
        try {
            verification.update(octets, offset, count);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the signature was not initialised", e);
        }
    }
}
