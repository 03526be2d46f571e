// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailer.api.Secret;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.MailerPlugin;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.smime.TestCertificates.Holder;
import dev.mailer.smtp.dkim.DkimAlgorithm;
import dev.mailer.smtp.dkim.DkimPrivateKey;
import dev.mailer.smtp.dkim.DkimResult;
import dev.mailer.smtp.dkim.DkimSigner;
import dev.mailer.smtp.dkim.DkimVerifier;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What readers make of mail that came over SMTP. */
class SmimeWireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Secret SECRET = Secret.of("0123456789abcdef0123456789abcdef");
    private static final Holder SHOP_RSA = TestCertificates.rsa("shop@example.com");
    private static final Holder SHOP_EC = TestCertificates.ec("Shop@Example.com");
    private static final Holder JO_RSA = TestCertificates.rsa("jo@example.org");
    private static final Holder JO_EC = TestCertificates.ec("jo@example.org");
    private static final DkimPrivateKey DKIM = DkimPrivateKey.generate(DkimAlgorithm.ED25519);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void bouncy_castle_reads_it(MailKind kind) throws Exception {
        read(kind, new BouncyCastleReader());
    }

    @Tag("peers")
    @ParameterizedTest
    @EnumSource
    void openssl_reads_it(MailKind kind) throws Exception {
        read(kind, new OpenSslReader(folder));
    }

    private static void read(MailKind kind, SmimeReader reader) throws Exception {
        for (Holder shop : List.of(SHOP_RSA, SHOP_EC)) {
            Sent signed = send(kind, SmimePlugin.of(s -> s.identity("shop@example.com", shop.pem())));
            assertThat(reader.verified(signed.mail())).isEqualTo(signed.content());
        }
        for (Holder jo : List.of(JO_RSA, JO_EC)) {
            for (ContentEncryption how : ContentEncryption.values()) {
                Sent encrypted = send(
                        kind,
                        SmimePlugin.of(
                                s -> s.encrypt(a -> jo.certificate(), SECRET).contentEncryption(how)));
                assertThat(reader.decrypted(encrypted.mail(), jo)).isEqualTo(encrypted.content());

                Sent both = send(
                        kind,
                        SmimePlugin.of(s -> s.identity("example.com", SHOP_EC.pem())
                                .encrypt(a -> jo.certificate(), SECRET)
                                .contentEncryption(how)));
                assertThat(reader.verified(reader.decrypted(both.mail(), jo))).isEqualTo(both.content());
                assertThat(new String(both.mail(), StandardCharsets.ISO_8859_1)).doesNotContain("multipart/signed");
            }
        }
    }

    /** A mail as it arrived, and its content before anything was done to it. */
    private record Sent(Bytes arrived, Bytes before) {
        byte[] mail() {
            return arrived.unsafeArray();
        }

        byte[] content() {
            return before.unsafeArray();
        }
    }

    private static Sent send(MailKind kind, MailerPlugin smime) throws Exception {
        AtomicReference<Bytes> content = new AtomicReference<>();
        MailerPlugin looking = MailerPlugin.of(
                "looking",
                p -> p.transform((mail, entity) -> {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    entity.writeTo(out);
                    content.set(Bytes.wrap(out.toByteArray()));
                    return null;
                }));
        try (ScriptedSmtpServer peer = ScriptedSmtpServer.start();
                MailerEngine mailer = Mailers.builder()
                        .store("memory")
                        .transport(peer.uri())
                        .install(looking)
                        .install(smime)
                        .install(DkimSigner.plugin(d -> d.key("example.com", "s1", DKIM.toPem())))
                        .build()) {
            mailer.send(kind.mail().build());
            Bytes mail = peer.awaitMails(1, PATIENCE).get(0).content();
            assertThat(new DkimVerifier(name -> List.of(DKIM.record()), InstantSource.system()).verify(mail::writeTo))
                    .extracting(DkimResult::toString)
                    .containsExactly("pass (ed25519-sha256, d=example.com, s=s1)");
            return new Sent(mail, content.get());
        }
    }
}
