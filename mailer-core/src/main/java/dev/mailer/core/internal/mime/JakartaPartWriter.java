// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import jakarta.mail.util.LineOutputStream;
import jakarta.mail.util.StreamProvider;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Enumeration;
import java.util.Properties;

/**
 * Writes parts through Jakarta Mail. What it would choose by itself (Message-ID, Date, boundaries, encodings) is given, so
 * that its output depends on the parts alone, and its stream provider, which it looks up once per part, is kept.
 */
final class JakartaPartWriter implements PartWriter {
    private static final int BUFFER = 8 * 1024;

    private final Session local = Session.getInstance(new Properties());
    private final StreamProvider streams = local.getStreamProvider();

    @Override
    public void write(Part root, OutputStream out) throws IOException {
        Unflushed buffer = new Unflushed(out);
        try {
            new Message(root).writeTo(buffer);
        } catch (MessagingException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException("the message cannot be written", e);
        }
        buffer.finish();
    }

    private void write(MimePart part, Part.Encoding encoding, OutputStream out) throws IOException, MessagingException {
        LineOutputStream lines = streams.outputLineStream(out, true);
        Enumeration<String> headers = part.getNonMatchingHeaderLines(new String[0]);
        while (headers.hasMoreElements()) {
            lines.writeln(headers.nextElement());
        }
        lines.writeln();
        OutputStream body = switch (encoding) {
            case SEVEN_BIT -> out;
            case QUOTED_PRINTABLE -> streams.outputQP(out);
            case BASE64 -> streams.outputBase64(out);
        };
        part.getDataHandler().writeTo(body);
        body.flush();
    }

    private static Part.Encoding encoding(Part part) {
        return part instanceof Part.Leaf leaf ? leaf.encoding() : Part.Encoding.SEVEN_BIT;
    }

    private DataHandler content(Part part) throws MessagingException {
        if (part instanceof Part.Leaf leaf) {
            return new DataHandler(new LeafSource(leaf));
        }
        MimeMultipart multipart = new FixedMultipart((Part.Multi) part);
        for (Part child : ((Part.Multi) part).parts()) {
            multipart.addBodyPart(new Child(child));
        }
        return new MultipartHandler(multipart);
    }

    private final class Message extends MimeMessage {
        private final Part part;

        Message(Part part) throws MessagingException {
            super(local);
            this.part = part;
            this.saved = true;
            for (String header : part.headers()) {
                addHeaderLine(header);
            }
            setDataHandler(content(part));
        }

        @Override
        public synchronized void setDataHandler(DataHandler handler) {
            // The original would drop the type and encoding that were given.
            this.dh = handler;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException, MessagingException {
            write(this, encoding(part), out);
        }
    }

    private final class Child extends MimeBodyPart {
        private final Part part;

        Child(Part part) throws MessagingException {
            this.part = part;
            for (String header : part.headers()) {
                addHeaderLine(header);
            }
            setDataHandler(content(part));
        }

        @Override
        public void setDataHandler(DataHandler handler) {
            this.dh = handler;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException, MessagingException {
            write(this, encoding(part), out);
        }
    }

    private static final class FixedMultipart extends MimeMultipart {
        FixedMultipart(Part.Multi part) {
            this.contentType = "multipart/mixed; boundary=\"" + part.boundary() + '"';
        }
    }

    /** Writes the parts themselves: the original asks a table of handlers by type, and reads files for it. */
    private static final class MultipartHandler extends DataHandler {
        private final MimeMultipart multipart;

        MultipartHandler(MimeMultipart multipart) {
            super(multipart, multipart.getContentType());
            this.multipart = multipart;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            try {
                multipart.writeTo(out);
            } catch (MessagingException e) {
                throw e.getCause() instanceof IOException io ? io : new IOException("a part cannot be written", e);
            }
        }
    }

    private record LeafSource(Part.Leaf leaf) implements DataSource {
        @Override
        public InputStream getInputStream() throws IOException {
            return leaf.body().open();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            throw new IOException("a part is read only");
        }

        @Override
        public String getContentType() {
            return "application/octet-stream";
        }

        @Override
        public String getName() {
            return "";
        }
    }

    /** Keeps the flushes of the encoders from the wire. */
    private static final class Unflushed extends BufferedOutputStream {
        Unflushed(OutputStream out) {
            super(out, BUFFER);
        }

        @Override
        public void flush() {
            // Only finish() empties the buffer.
        }

        void finish() throws IOException {
            out.write(buf, 0, count);
            count = 0;
        }
    }
}
