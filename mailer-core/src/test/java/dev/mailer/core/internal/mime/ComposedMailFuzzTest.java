// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.mime;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class ComposedMailFuzzTest {
    @FuzzTest(maxDuration = "1m")
    void what_is_put_into_a_mail_is_what_is_read_in_it(FuzzedDataProvider data) throws Exception {
        RandomMails mails = new RandomMails(n -> data.consumeInt(0, n - 1), List.of());

        ComposedMailTest.check(mails.next());
    }
}
