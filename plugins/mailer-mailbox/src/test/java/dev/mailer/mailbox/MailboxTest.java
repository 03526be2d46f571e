// SPDX-License-Identifier: Apache-2.0
package dev.mailer.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.spi.Bytes;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailboxTest {
    @Test
    void the_oldest_makes_room_when_there_are_too_many() {
        Mailbox mailbox = new Mailbox(3, 1 << 20);

        IntStream.range(0, 5).forEach(i -> Mails.add(mailbox, Mails.bytes(Mails.simple("mail " + i))));

        assertThat(mailbox.messages())
                .extracting(MailboxMessage::subject)
                .containsExactly("mail 4", "mail 3", "mail 2");
        assertThat(mailbox.dropped()).isEqualTo(2);
        assertThat(mailbox.lastNumber()).isEqualTo(5);
        assertThat(mailbox.find(1)).isNull();
    }

    @Test
    void the_oldest_make_room_when_they_are_too_large_together() {
        Mailbox mailbox = new Mailbox(100, 1_000);
        for (int i = 0; i < 4; i++) {
            Mails.add(mailbox, Bytes.wrap(new byte[300]));
        }
        assertThat(mailbox.size()).isEqualTo(3);

        Mails.add(mailbox, Bytes.wrap(new byte[1_000]));

        assertThat(mailbox.size()).isOne();
        assertThat(mailbox.bytes()).isEqualTo(1_000);
        assertThat(mailbox.dropped()).isEqualTo(4);
    }

    @Test
    void deleting_gives_the_room_back() {
        Mailbox mailbox = new Mailbox(100, 1_000);
        Mails.add(mailbox, Bytes.wrap(new byte[300]));
        Mails.add(mailbox, Bytes.wrap(new byte[400]));

        assertThat(mailbox.delete(1)).isTrue();
        assertThat(mailbox.delete(1)).isFalse();

        assertThat(mailbox.bytes()).isEqualTo(400);
        assertThat(mailbox.clear()).isOne();
        assertThat(mailbox.bytes()).isZero();
        assertThat(mailbox.dropped()).isZero();
    }

    @Test
    void search_looks_at_people_subject_and_both_texts() {
        Mailbox mailbox = new Mailbox(100, 1 << 20);
        Mails.add(mailbox, Mails.bytes(Mails.simple(Mails.encodedWord("Überraschung"))), "bcc@example.org");
        Mails.add(
                mailbox,
                Mails.bytes("Content-Type: text/html\n\n<p>Gr&uuml;n <b>tea</b> <i title=hidden>now</i></p>\n"));

        assertThat(mailbox.search("überRASCHUNG"))
                .extracting(MailboxMessage::number)
                .containsExactly(1L);
        assertThat(mailbox.search("shop@example"))
                .extracting(MailboxMessage::number)
                .containsExactly(1L);
        assertThat(mailbox.search("bcc@")).extracting(MailboxMessage::number).containsExactly(1L);
        assertThat(mailbox.search("thank you"))
                .extracting(MailboxMessage::number)
                .containsExactly(1L);
        assertThat(mailbox.search("grün tea now"))
                .extracting(MailboxMessage::number)
                .containsExactly(2L);
        assertThat(mailbox.search("hidden")).isEmpty();
    }

    @Test
    void settings_are_checked() {
        assertThatThrownBy(() -> MailboxPlugin.builder().maxMessages(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MailboxPlugin.builder().maxBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MailboxPlugin.builder().path("/a/")).isInstanceOf(IllegalArgumentException.class);
        assertThat(MailboxPlugin.create().name()).isEqualTo("mailbox");
    }
}
