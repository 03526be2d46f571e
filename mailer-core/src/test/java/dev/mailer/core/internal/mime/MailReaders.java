// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import dev.mailer.core.internal.mime.ReadMail.Box;
import dev.mailer.core.internal.mime.ReadMail.Leaf;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;

/** Mails as two foreign parsers read them. */
final class MailReaders {
    private static final Session SESSION = Session.getInstance(new Properties());

    private MailReaders() {}

    static MimeMessage angusMessage(byte[] wire) throws MessagingException {
        return new MimeMessage(SESSION, new ByteArrayInputStream(wire));
    }

    static ReadMail angus(byte[] wire) throws IOException, MessagingException {
        MimeMessage message = angusMessage(wire);
        List<Leaf> leaves = new ArrayList<>();
        String structure = walk(message, leaves);
        List<String> own = new ArrayList<>();
        for (String value : Objects.requireNonNullElse(message.getHeader("X-Own"), new String[0])) {
            own.add(MimeUtility.decodeText(MimeUtility.unfold(value)));
        }
        return new ReadMail(
                structure,
                Objects.requireNonNullElse(message.getSubject(), ""),
                boxes(message.getFrom()),
                boxes(message.getRecipients(jakarta.mail.Message.RecipientType.TO)),
                own,
                leaves);
    }

    private static String walk(MimePart part, List<Leaf> leaves) throws IOException, MessagingException {
        ContentType type = new ContentType(part.getContentType());
        String base = type.getBaseType().toLowerCase(Locale.ROOT);
        if (part.getContent() instanceof MimeMultipart multipart) {
            StringBuilder types = new StringBuilder();
            for (int i = 0; i < multipart.getCount(); i++) {
                types.append(i == 0 ? "" : ",").append(walk((MimePart) multipart.getBodyPart(i), leaves));
            }
            return base + "(" + types + ")";
        }
        String name = Objects.requireNonNullElse(part.getFileName(), "");
        String id = Objects.requireNonNullElse(part.getContentID(), "");
        boolean file = part.getDisposition() != null;
        try (InputStream in = part.getInputStream()) {
            leaves.add(new Leaf(
                    base,
                    name,
                    bare(id),
                    file ? ReadMail.digest(in.readAllBytes()) : utf8(type.getParameter("charset"), in)));
        }
        return base;
    }

    private static List<Box> boxes(Address[] addresses) {
        return Arrays.stream(addresses)
                .map(InternetAddress.class::cast)
                .map(a -> new Box(Objects.requireNonNullElse(a.getPersonal(), ""), a.getAddress()))
                .toList();
    }

    static ReadMail mime4j(byte[] wire) throws IOException {
        DefaultMessageBuilder parser = new DefaultMessageBuilder();
        parser.setMimeEntityConfig(MimeConfig.PERMISSIVE);
        Message message = parser.parseMessage(new ByteArrayInputStream(wire));
        List<Leaf> leaves = new ArrayList<>();
        String structure = walk(message, leaves);
        List<String> own = new ArrayList<>();
        for (Field field : message.getHeader().getFields("X-Own")) {
            own.add(DecoderUtil.decodeEncodedWords(field.getBody(), DecodeMonitor.SILENT));
        }
        ReadMail read = new ReadMail(
                structure,
                Objects.requireNonNullElse(message.getSubject(), ""),
                message.getFrom().stream().map(MailReaders::box).toList(),
                message.getTo().flatten().stream().map(MailReaders::box).toList(),
                own,
                leaves);
        message.dispose();
        return read;
    }

    private static String walk(Entity part, List<Leaf> leaves) throws IOException {
        if (part.getBody() instanceof Multipart multipart) {
            StringBuilder types = new StringBuilder();
            for (Entity child : multipart.getBodyParts()) {
                types.append(types.isEmpty() ? "" : ",").append(walk(child, leaves));
            }
            return part.getMimeType() + "(" + types + ")";
        }
        Field id = part.getHeader().getField("Content-ID");
        String name = Objects.requireNonNullElse(part.getFilename(), "");
        boolean file = part.getDispositionType() != null;
        try (InputStream in = ((SingleBody) part.getBody()).getInputStream()) {
            leaves.add(new Leaf(
                    part.getMimeType(),
                    name,
                    id == null ? "" : bare(id.getBody()),
                    file ? ReadMail.digest(in.readAllBytes()) : utf8(part.getCharset(), in)));
        }
        return part.getMimeType();
    }

    private static Box box(Mailbox mailbox) {
        return new Box(Objects.requireNonNullElse(mailbox.getName(), ""), mailbox.getAddress());
    }

    private static String utf8(String charset, InputStream in) throws IOException {
        return "utf-8".equalsIgnoreCase(charset) ? ReadMail.text(in) : "in " + charset;
    }

    /** An id without its brackets. */
    static String bare(String id) {
        return id.strip().replaceFirst("^<", "").replaceFirst(">$", "");
    }
}
