// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.api.Address;
import dev.mailer.api.Attachment;
import dev.mailer.api.Email;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimePart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What can be read in the mails of the MIME corpus, as mails to be composed. */
final class CorpusMails {
    private static final int DEEPEST = 20;

    private final Email.Builder mail = Email.builder();
    private boolean text;
    private boolean html;

    private CorpusMails() {}

    /** None where the corpus is absent. */
    static List<Email> all() throws IOException {
        Path corpus = Path.of(System.getProperty("mailer.corpora", "")).resolve("mime");
        if (!Files.isDirectory(corpus)) {
            return List.of();
        }
        List<Email> mails = new ArrayList<>();
        try (Stream<Path> files = Files.walk(corpus)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(f -> f.toString().matches(".*\\.(eml|txt|msg|raw)"))
                    .sorted()
                    .toList()) {
                Email email = new CorpusMails().read(Files.readAllBytes(file));
                if (email != null) {
                    mails.add(email);
                }
            }
        }
        return mails;
    }

    /** Null when it holds nothing that can be taken over. */
    private @Nullable Email read(byte[] given) {
        try {
            MimeMessage message = MailReaders.angusMessage(given);
            mail.from(box(message)).to("jo@example.org");
            String subject = message.getSubject();
            boolean fits =
                    subject != null && RandomMails.accepted(() -> Mails.mail().header("X-Own", subject)) != null;
            mail.subject(fits ? subject : "-");
            walk(message, 0);
        } catch (MessagingException | IOException | RuntimeException e) {
            // these mails are broken on purpose: what was read until then is composed
            if (!text && !html) {
                return null;
            }
        }
        return text || html ? mail.build() : null;
    }

    private static Address box(Message message) throws MessagingException {
        String name = ((InternetAddress) message.getFrom()[0]).getPersonal();
        Address named = name == null ? null : RandomMails.accepted(() -> Address.of(name, "shop@example.com"));
        return named == null ? Address.of("shop@example.com") : named;
    }

    private void walk(MimePart part, int depth) throws MessagingException, IOException {
        Object content = part.getContent();
        if (content instanceof Multipart multipart && depth < DEEPEST) {
            for (int i = 0; i < multipart.getCount(); i++) {
                walk((MimePart) multipart.getBodyPart(i), depth + 1);
            }
        } else if (content instanceof String given && !Part.ATTACHMENT.equalsIgnoreCase(part.getDisposition())) {
            String clean = given.replace("\0", "");
            if (part.isMimeType("text/html") && !html) {
                html = true;
                mail.html(clean);
            } else if (!part.isMimeType("text/html") && !text) {
                text = true;
                mail.text(clean);
            }
        } else {
            attach(part);
        }
    }

    private void attach(MimePart part) throws MessagingException, IOException {
        String given = part.getFileName() == null ? "none" : part.getFileName();
        String name = given.replaceAll("[/\\\\\\p{Cntrl}]", "_");
        byte[] content;
        try (InputStream in = part.getInputStream()) {
            content = in.readAllBytes();
        } catch (IOException e) {
            content = "broken".getBytes(StandardCharsets.US_ASCII);
        }
        byte[] bytes = content;
        String type = part.getContentType().replaceAll("(?s);.*", "").strip();
        Attachment file = RandomMails.accepted(() -> Attachment.of(name, type, bytes));
        if (file == null) {
            file = Attachment.of("none.bin", bytes);
        }
        Attachment plain = file;
        String id = part.getContentID() == null ? "" : MailReaders.bare(part.getContentID());
        Attachment inline = id.isEmpty() ? null : RandomMails.accepted(() -> plain.inline(id));
        mail.attach(inline == null ? plain : inline);
    }
}
