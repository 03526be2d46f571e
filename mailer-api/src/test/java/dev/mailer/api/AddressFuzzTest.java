// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class AddressFuzzTest {
    @DictionaryEntries({
        "@",
        "<",
        ">",
        "\"",
        "\\",
        ",",
        "[127.0.0.1]",
        "[IPv6:::1]",
        "xn--",
        "example.org",
        "jo@example.org",
        "ü",
        "."
    })
    @FuzzTest(maxDuration = "1m")
    void what_is_accepted_is_read_again_as_itself(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        List<Address> addresses;
        try {
            addresses = Address.parseList(text);
        } catch (InvalidEmailException e) {
            return;
        }

        for (Address address : addresses) {
            assertThat(address.spec().chars()).noneMatch(c -> c < ' ' || c == 0x7f);
            assertThat(Address.of(address.spec()).spec()).isEqualTo(address.spec());
            assertThat(Address.parse(address.toString())).isEqualTo(address);
        }
    }
}
