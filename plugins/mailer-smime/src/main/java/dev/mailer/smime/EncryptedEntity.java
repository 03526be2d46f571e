// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.EntityTransform.Entity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * The content for the holder of one certificate only (RFC 8551 §3.3, §3.4). Written, it reads the content once more at first, for the
 * seed of its keys. Streams; thread-safe.
 */
final class EncryptedEntity implements Entity {
    private final Entity content;
    private final RecipientKey recipient;
    private final Bytes secret;
    /** What the keys depend on besides the content: the message, its recipient. */
    private final byte[] context;

    private final ReentrantLock lock = new ReentrantLock();
    private byte @Nullable [] seed;

    EncryptedEntity(Entity content, RecipientKey recipient, Bytes secret, byte[] context) {
        this.content = content;
        this.recipient = recipient;
        this.secret = secret;
        this.context = context;
    }

    @Override
    public String contentType() {
        return WrappedBody.contentType(recipient.kind());
    }

    @Override
    public boolean eightBit() {
        return false;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try {
            DerivedRandom random = new DerivedRandom(seed());
            OutputStream body = WrappedBody.open(out, recipient.kind());
            OutputStream cipher = recipient.open(body, random);
            content.writeTo(cipher);
            cipher.close();
            body.close();
        } catch (GeneralSecurityException e) {
            throw new IOException("the mail cannot be encrypted: " + e.getMessage(), e);
        }
    }

    /**
     * Over all that the encrypted bytes depend on, the content too: where any of it differs, so do key and nonce, and no two contents
     * are ever encrypted with the same. All parts but the last have a fixed length.
     */
    private byte[] seed() throws IOException, GeneralSecurityException {
        lock.lock();
        try {
            byte[] known = seed;
            if (known == null) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256", BouncyCastle.PROVIDER);
                content.writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
                Mac mac = DerivedRandom.hmac(secret.unsafeArray());
                mac.update(digest.digest());
                mac.update(recipient.fingerprint());
                mac.update(recipient.encryption().name().getBytes(StandardCharsets.US_ASCII));
                mac.update(context);
                known = mac.doFinal();
                seed = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }
}
