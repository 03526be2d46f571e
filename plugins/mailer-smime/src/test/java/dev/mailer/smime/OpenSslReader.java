// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smime;

import dev.mailer.smime.TestCertificates.Holder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code openssl cms}. */
final class OpenSslReader implements SmimeReader {
    private final Path folder;

    OpenSslReader(Path folder) {
        this.folder = folder;
    }

    @Override
    public byte[] verified(byte[] mail) throws Exception {
        Path authority = Files.writeString(
                folder.resolve("ca.pem"), TestCertificates.certificatePem(TestCertificates.CA.root()));
        return run(mail, "-verify", "-CAfile", authority.toString(), "-purpose", "smimesign");
    }

    @Override
    public byte[] decrypted(byte[] mail, Holder recipient) throws Exception {
        Path key = Files.writeString(
                folder.resolve("recipient.pem"), recipient.pem().reveal());
        return run(mail, "-decrypt", "-binary", "-recip", key.toString(), "-inkey", key.toString());
    }

    private byte[] run(byte[] mail, String... arguments) throws Exception {
        Path in = Files.write(folder.resolve("in.eml"), mail);
        Path out = folder.resolve("out");
        Path said = folder.resolve("said");
        List<String> command = new ArrayList<>(List.of("openssl", "cms"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-in", in.toString(), "-out", out.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + ": " + Files.readString(said)
                    + new String(mail, StandardCharsets.ISO_8859_1)
                            .lines()
                            .limit(60)
                            .toList());
        }
        return Files.readAllBytes(out);
    }
}
