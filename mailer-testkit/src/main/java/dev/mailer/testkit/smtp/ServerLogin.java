// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.smtp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The server's side of AUTH, for one user. */
final class ServerLogin {
    private static final int ITERATIONS = 4_096;
    private static final String SALT = "c2FsdCBvZiB0aGUgdGVzdA==";
    private static final String NONCE = "of-the-server";

    /** Puts a question; the answer, encoded, or null when it was not put. */
    interface Questions {
        @Nullable
        String ask(String challenge) throws IOException;
    }

    private final String user;
    private final String password;
    private final Questions questions;

    ServerLogin(ScriptedSmtpServer.Settings settings, Questions questions) {
        this.user = settings.user() == null ? "" : settings.user();
        this.password = settings.password() == null ? "" : settings.password();
        this.questions = questions;
    }

    /** True when the user and the password are right; null when a question was not put. */
    @Nullable
    Boolean run(String mechanism, @Nullable String initial) throws IOException {
        if (user.isEmpty()) {
            return false;
        }
        try {
            return switch (mechanism) {
                case "PLAIN" -> plain(initial);
                case "LOGIN" -> login();
                case "CRAM-MD5" -> cramMd5();
                case "SCRAM-SHA-256" -> scram(initial);
                case "XOAUTH2" -> token(initial, "user=" + user + "\1auth=Bearer " + password + "\1\1");
                case "OAUTHBEARER" -> bearer(initial);
                default -> false;
            };
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private @Nullable Boolean plain(@Nullable String initial) throws IOException {
        String message = first(initial);
        return message == null ? null : message.equals('\0' + user + '\0' + password);
    }

    private @Nullable Boolean login() throws IOException {
        String name = asked("Username:");
        String word = name == null ? null : asked("Password:");
        return name == null || word == null ? null : name.equals(user) && word.equals(password);
    }

    private @Nullable Boolean cramMd5() throws IOException, GeneralSecurityException {
        String challenge = "<4711.1@scripted.test>";
        String answer = asked(challenge);
        String digest = HexFormat.of().formatHex(hmac("HmacMD5", password.getBytes(StandardCharsets.UTF_8), challenge));
        return answer == null ? null : answer.equals(user + ' ' + digest);
    }

    /** A refusal is told in a challenge before it is one (RFC 7628 §3.2.3). */
    private @Nullable Boolean token(@Nullable String initial, String expected) throws IOException {
        String message = first(initial);
        if (message == null || message.equals(expected)) {
            return message == null ? null : true;
        }
        return refused(questions.ask("{\"status\":\"401\"}"), "");
    }

    private @Nullable Boolean bearer(@Nullable String initial) throws IOException {
        String message = first(initial);
        boolean right = message != null
                && message.startsWith("n,a=" + user + ",\1host=")
                && message.contains("\1port=")
                && message.endsWith("\1auth=Bearer " + password + "\1\1");
        if (message == null || right) {
            return message == null ? null : true;
        }
        return refused(questions.ask("{\"status\":\"invalid_token\"}"), "AQ==");
    }

    /** RFC 5802 §3. */
    private @Nullable Boolean scram(@Nullable String initial) throws IOException, GeneralSecurityException {
        String message = first(initial);
        if (message == null) {
            return null;
        }
        String bare = message.substring("n,,".length());
        String nonce = bare.substring(bare.indexOf(",r=") + 3) + NONCE;
        String challenge = "r=" + nonce + ",s=" + SALT + ",i=" + ITERATIONS;
        String last = asked(challenge);
        if (last == null) {
            return null;
        }
        String withoutProof = "c=biws,r=" + nonce;
        String messages = bare + ',' + challenge + ',' + withoutProof;
        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(
                        password.toCharArray(), Base64.getDecoder().decode(SALT), ITERATIONS, 256))
                .getEncoded();
        byte[] key = hmac("HmacSHA256", salted, "Client Key");
        byte[] proof = hmac("HmacSHA256", MessageDigest.getInstance("SHA-256").digest(key), messages);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= key[i];
        }
        boolean right = bare.startsWith("n=" + user + ',')
                && last.equals(withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof));
        if (!right) {
            return refused(questions.ask("e=invalid-proof"), "");
        }
        byte[] signature = hmac("HmacSHA256", hmac("HmacSHA256", salted, "Server Key"), messages);
        String end = questions.ask("v=" + Base64.getEncoder().encodeToString(signature));
        return end == null ? null : end.isEmpty();
    }

    /** A client that says anything else to the news of its refusal does not keep to the mechanism. */
    private static @Nullable Boolean refused(@Nullable String answer, String expected) throws IOException {
        if (answer != null && !answer.equals(expected)) {
            throw new IOException("the client answers a refusal with " + answer);
        }
        return answer == null ? null : false;
    }

    private @Nullable String first(@Nullable String initial) throws IOException {
        return initial == null ? asked("") : decode(initial);
    }

    private @Nullable String asked(String challenge) throws IOException {
        String answer = questions.ask(challenge);
        return answer == null ? null : decode(answer);
    }

    private static byte[] hmac(String algorithm, byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(key, algorithm));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
