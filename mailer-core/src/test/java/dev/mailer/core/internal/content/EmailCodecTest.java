// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Address;
import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.Attachment;
import dev.mailer.api.Content;
import dev.mailer.api.Email;
import dev.mailer.api.InvalidEmailException;
import dev.mailer.api.spi.Bytes;
import dev.mailer.api.spi.ContentRef;
import dev.mailer.api.spi.FieldCipher;
import dev.mailer.api.spi.NewMessage.StoredContent;
import dev.mailer.core.internal.digest.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EmailCodecTest {
    private static final long LIMIT = 1_000_000;

    private final Map<String, byte[]> store = new HashMap<>();

    @Test
    void restores_every_field() throws IOException {
        Email email = Email.builder()
                .from(Address.of("Ünal \"Q\" \\", "shop@bücher.example"))
                .to("jo@example.org", "\"Doe, Jo\" <\"jo doe\"@example.org>")
                .cc("Cc <üser@example.org>")
                .bcc("hidden@[192.0.2.1]")
                .replyTo("help@example.com")
                .returnPath("bounces@example.com")
                .subject("Grüße 😀")
                .text("text\n")
                .html("<p>html</p>")
                .header("X-Two", "1")
                .header("X-Two", "2")
                .tag("kind", "receipt")
                .metadata("order", "4711")
                .stream("bulk")
                .tenant("acme")
                .sendAt(Instant.parse("2026-01-02T03:04:05.678Z"))
                .expiresAt(Instant.parse("2026-02-02T03:04:05Z"))
                .idempotencyKey("key 1")
                .ambiguityPolicy(AmbiguityPolicy.DROP)
                .trackOpens(true)
                .trackClicks(false)
                .locale("de-AT")
                .attach(Attachment.of("größe.pdf", "application/pdf", bytes("pdf")))
                .attach(Attachment.of("logo.png", "image/png", bytes("png")).inline("logo"))
                .build();

        EncodedEmail encoded = encode(email);
        Email decoded = decode(encoded);

        assertThat(decoded)
                .usingRecursiveComparison()
                .ignoringFields("content", "fields.attachments")
                .isEqualTo(email);
        Content.Literal before = (Content.Literal) email.content();
        Content.Literal after = (Content.Literal) decoded.content();
        assertThat(after.text()).isEqualTo(before.text());
        assertThat(after.html()).isEqualTo(before.html());
        assertThat(after.attachments()).extracting(Attachment::fileName).containsExactly("größe.pdf", "logo.png");
        assertThat(after.attachments())
                .extracting(Attachment::contentType)
                .containsExactly("application/pdf", "image/png");
        assertThat(after.attachments()).extracting(Attachment::contentId).containsExactly(null, "logo");
        assertThat(after.attachments().get(0).open().readAllBytes()).isEqualTo(bytes("pdf"));
        assertThat(encoded.content().refs()).hasSize(2);
        assertThat(encoded.content().raw()).isNull();
        assertThat(encoded.size()).isEqualTo("text\n<p>html</p>pdfpng".length());
        assertThat(encoded.content().document().asUtf8()).startsWith("{\"v\":1,");
    }

    @Test
    void a_text_that_is_to_be_made_is_made_after_decoding_too() throws IOException {
        Email email = Email.builder()
                .from("a@example.org")
                .to("b@example.org")
                .subject("s")
                .html("<p>x</p>")
                .textFromHtml()
                .build();

        assertThat(decode(encode(email)).textFromHtml()).isTrue();
        assertThat(encode(email).content().document().asUtf8()).doesNotContain("locale");
    }

    @Test
    void variables_keep_their_types_and_order() throws IOException {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("z", 1);
        variables.put("a", 1L);
        variables.put("double", 1.0);
        variables.put("small", 1e-7);
        variables.put("nan", Double.NaN);
        variables.put("float", 1.5f);
        variables.put("short", (short) 3);
        variables.put("byte", (byte) 4);
        variables.put("decimal", new BigDecimal("1.50"));
        variables.put("integer", new BigInteger("99999999999999999999"));
        variables.put("null", null);
        variables.put("true", true);
        variables.put("text", "{\"long\":\"1\"}");
        variables.put("list", Arrays.asList("x", null, List.of(1, 2L), Map.of("long", "1")));
        variables.put("map", Map.of("m", Map.of("k", "v")));
        variables.put("x".repeat(60_000), "long name");

        Email decoded = decode(encode(templated(variables)));

        Map<String, Object> after = ((Content.Templated) decoded.content()).variables();
        assertThat(after).isEqualTo(variables);
        assertThat(after.keySet()).containsExactlyElementsOf(variables.keySet());
    }

    @Test
    void decoding_gives_the_pinned_version() throws IOException {
        ContentRef sources = new ContentRef("ab", 3);
        EncodedEmail encoded = EmailCodec.encode(templated(Map.of()), new Pinned("v7", sources), this::store, LIMIT);

        DecodedEmail decoded = EmailCodec.decode(encoded.content(), this::open);

        assertThat(decoded.pinned()).isEqualTo(new Pinned("v7", sources));
        assertThat(((Content.Templated) decoded.email().content()).version()).isEqualTo("v7");
        assertThat(encoded.content().refs()).containsExactly(sources);
    }

    @Test
    void equal_mails_have_equal_hashes_whatever_key_and_pinned_version() throws IOException {
        Email.Builder mail = literal("text").attach(Attachment.of("a.txt", "text/plain", bytes("one")));

        Bytes first = hash(mail.build());

        assertThat(hash(mail.build(), "another key")).isEqualTo(first);
        assertThat(hash(mail.build().toBuilder().tag("a", "b").build())).isNotEqualTo(first);
        assertThat(hash(literal("text")
                        .attach(Attachment.of("a.txt", "text/plain", bytes("two")))
                        .build()))
                .isNotEqualTo(first);
        Email templated =
                templated(Map.of("a", 1)).toBuilder().idempotencyKey("k").build();
        assertThat(EmailCodec.encode(templated, new Pinned("1", null), this::store, LIMIT)
                        .hash())
                .isEqualTo(EmailCodec.encode(templated, new Pinned("2", null), this::store, LIMIT)
                        .hash())
                .isNotNull();
    }

    @Test
    void raw_mails_have_the_hash_of_their_bytes_wherever_those_lie() throws IOException {
        String header = "From: a@example.org\r\n\r\n";
        String large = header + "0123456789\r\n".repeat(30_000);

        assertThat(hash(raw(bytes(header + "hi\r\n")))).isEqualTo(hash(raw(bytes(header + "hi\n"))));
        assertThat(hash(raw(bytes(header + "hi\r\n")))).isNotEqualTo(hash(raw(bytes(header + "ho\r\n"))));
        assertThat(hash(raw(bytes(large)))).isEqualTo(hash(raw(bytes(large))));
        assertThat(hash(raw(bytes(large)))).isNotEqualTo(hash(raw(bytes(large + "x\r\n"))));
    }

    @Test
    void without_a_key_nothing_is_hashed() throws IOException {
        assertThat(encode(literal("text").build()).hash()).isNull();
    }

    @Test
    void small_raw_lives_in_the_row_and_large_raw_in_the_store() throws IOException {
        byte[] small = bytes("From: a@example.org\nBcc: b@example.org\n c@example.org\n\nhi\n");
        byte[] large = bytes("From: a@example.org\r\n\r\n" + "0123456789\r\n".repeat(30_000));

        EncodedEmail inRow = encode(raw(small));
        EncodedEmail inStore = encode(raw(large));

        assertThat(inRow.content().raw()).isEqualTo(Bytes.utf8("From: a@example.org\r\n\r\nhi\r\n"));
        assertThat(inRow.content().refs()).isEmpty();
        assertThat(inStore.content().raw()).isNull();
        assertThat(inStore.content().refs()).hasSize(1);
        assertThat(((Content.Raw) decode(inRow).content()).open().readAllBytes())
                .isEqualTo(bytes("From: a@example.org\r\n\r\nhi\r\n"));
        assertThat(((Content.Raw) decode(inStore).content()).open().readAllBytes())
                .isEqualTo(large);
    }

    @Test
    void the_size_limit_stops_an_endless_attachment() {
        long[] served = {0};
        Email email = literal("text")
                .attach(Attachment.of("big.bin", "application/octet-stream", () -> new InputStream() {
                    @Override
                    public int read() {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public int read(byte[] buffer, int offset, int length) {
                        served[0] += length;
                        return length;
                    }
                }))
                .build();

        assertThatThrownBy(() -> EmailCodec.encode(
                        email,
                        null,
                        (in, limit) -> new ContentRef("", in.transferTo(OutputStream.nullOutputStream())),
                        LIMIT))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessage(
                        "attachments: the mail is larger than 1000000 bytes (limits.messageSize), attachments included");
        assertThat(served[0]).isLessThan(LIMIT + 100_000);
    }

    @Test
    void text_html_variables_and_raw_count() {
        String big = "ü".repeat(30);

        for (Email email : List.of(
                literal(big).build(),
                literal("").html(big).build(),
                templated(Map.of("a", big)),
                raw(bytes("From: a@b.example\r\n\r\n" + big)))) {
            assertThatThrownBy(() -> EmailCodec.encode(email, null, this::store, 59))
                    .isInstanceOf(InvalidEmailException.class)
                    .hasMessageContaining("larger than 59 bytes");
        }
    }

    @Test
    void half_a_surrogate_pair_is_refused_by_name() {
        assertThatThrownBy(() -> encode(literal("cut \uD83D off").build()))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("text: holds half a surrogate pair");
        assertThatThrownBy(() -> encode(templated(Map.of("name", "\uDE00"))))
                .isInstanceOf(InvalidEmailException.class)
                .hasMessageStartingWith("template: ");
    }

    @Test
    void unknown_fields_are_skipped_and_later_formats_refused() throws IOException {
        String document = "{\"v\":1,\"new\":{\"a\":[1,{}]},\"from\":\"a@example.org\",\"to\":[\"b@example.org\"],"
                + "\"subject\":\"s\",\"text\":\"t\",\"newer\":3}";

        assertThat(decode(document).to()).containsExactly(Address.of("b@example.org"));
        assertThatThrownBy(() -> decode("{\"v\":2}")).hasMessageContaining("format 2");
        assertThatThrownBy(() -> decode("{\"v\":1,")).isInstanceOf(IllegalStateException.class);
    }

    private Email decode(String document) throws IOException {
        StoredContent content = new StoredContent(Bytes.utf8(document), null, List.of(), FieldCipher.WrappedKey.NONE);
        return EmailCodec.decode(content, this::open).email();
    }

    private EncodedEmail encode(Email email) throws IOException {
        return EmailCodec.encode(email, null, this::store, LIMIT);
    }

    private @Nullable Bytes hash(Email email) throws IOException {
        return hash(email, "key");
    }

    private @Nullable Bytes hash(Email email, String key) throws IOException {
        return encode(email.toBuilder().idempotencyKey(key).build()).hash();
    }

    private Email decode(EncodedEmail encoded) throws IOException {
        return EmailCodec.decode(encoded.content(), this::open).email();
    }

    private ContentRef store(InputStream in, long limit) throws IOException {
        byte[] content = in.readAllBytes();
        String digest = Bytes.wrap(Sha256.begin().digest(content)).toHex();
        store.put(digest, content);
        return new ContentRef(digest, content.length);
    }

    private InputStream open(ContentRef ref) {
        return new ByteArrayInputStream(store.get(ref.digest()));
    }

    private static Email.Builder literal(String text) {
        return Email.builder()
                .from("a@example.org")
                .to("b@example.org")
                .subject("s")
                .text(text);
    }

    private static Email templated(Map<String, Object> variables) {
        return Email.builder()
                .from("a@example.org")
                .to("b@example.org")
                .template("t", variables)
                .build();
    }

    private static Email raw(byte[] mime) {
        return Email.builder()
                .from("a@example.org")
                .to("b@example.org")
                .raw(mime)
                .build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
