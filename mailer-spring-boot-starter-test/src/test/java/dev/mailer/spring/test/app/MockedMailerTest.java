// SPDX-License-Identifier: Apache-2.0
package dev.mailer.spring.test.app;

import static org.mockito.Mockito.verify;

import dev.mailer.api.Email;
import dev.mailer.api.Mailer;
import dev.mailer.spring.test.AutoConfigureTestMailer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentMatchers;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** A mock in the place of the mailer sends nothing, so it may stand there. */
@SpringBootTest(properties = {"mailer.transport=smtp://127.0.0.1:9", "spring.datasource.url=jdbc:h2:mem:mocked"})
@AutoConfigureTestMailer
class MockedMailerTest {
    @Autowired
    private Receipts receipts;

    @MockitoBean
    private Mailer mailer;

    @Test
    void a_mock_takes_the_place_of_the_mailer() {
        receipts.confirm(4711);

        verify(mailer).send(ArgumentMatchers.<Consumer<Email.Builder>>any());
    }
}
