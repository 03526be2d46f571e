// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.TokenSigner;
import dev.mailer.tracking.internal.verdict.Hit;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of pixel and links: which delivery it is, when its mail was accepted and, for a link, its number and where it leads.
 * Numbers take as many bytes as they need, seven bits in each. Nothing in it is personal. Thread-safe.
 */
final class HitTokens {
    /** Longest token that is looked at; one of the longest address has about 5,500 characters. */
    private static final int MAX_LENGTH = 6_000;

    private final TokenSigner signer;

    /** What a token says; {@code url} is empty where it leads nowhere. */
    record Target(long deliveryId, Instant acceptedAt, int link, String url) {}

    HitTokens(TokenSigner signer) {
        this.signer = signer;
    }

    /** A pure function of its arguments. */
    String token(Hit.Kind kind, Target target) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(target.url().length() + 16);
        write(out, target.deliveryId());
        write(out, target.acceptedAt().getEpochSecond());
        write(out, target.link());
        out.writeBytes(target.url().getBytes(StandardCharsets.UTF_8));
        return signer.sign(purpose(kind), Bytes.wrap(out.toByteArray()), target.acceptedAt());
    }

    /** Null for what is no token of ours of this kind. */
    @Nullable
    Target read(Hit.Kind kind, String token) {
        Bytes payload = token.length() <= MAX_LENGTH ? signer.verify(purpose(kind), token) : null;
        if (payload == null) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(payload.toByteArray());
        long deliveryId = read(in);
        Instant acceptedAt = Instant.ofEpochSecond(read(in));
        int link = (int) read(in);
        return new Target(
                deliveryId, acceptedAt, link, StandardCharsets.UTF_8.decode(in).toString());
    }

    /** True when {@link #read} would not look into the store. */
    boolean isAtHand(String token) {
        return signer.knowsKeyOf(token);
    }

    private static String purpose(Hit.Kind kind) {
        return switch (kind) {
            case OPEN -> "open";
            case CLICK -> "click";
            case TRAP -> "trap";
        };
    }

    private static void write(ByteArrayOutputStream out, long number) {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static long read(ByteBuffer in) {
        long number = 0;
        for (int shift = 0; in.hasRemaining() && shift < 64; shift += 7) {
            byte b = in.get();
            number |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return number;
            }
        }
        throw new IllegalStateException("a token that verifies has a number that does not end");
    }
}
