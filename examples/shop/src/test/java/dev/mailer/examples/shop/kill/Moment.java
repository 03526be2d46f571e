// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop.kill;

import dev.mailer.testkit.smtp.Reaction;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import dev.mailer.testkit.smtp.Stage;
import java.time.Duration;
import org.awaitility.Awaitility;

/** When the shop is killed. What it does then is decided by the mail server's script; the shop knows of nothing. */
enum Moment {
    /** The orders are committed, and none of their mail has left: the server does not answer MAIL FROM. */
    BEFORE_SENDING {
        @Override
        void script(ScriptedSmtpServer server) {
            server.always(Stage.MAIL_FROM, Reaction.stall());
        }
    },
    /** The server has taken a mail, and the shop does not know: the 250 behind the final dot does not come. */
    BEFORE_SETTLEMENT {
        @Override
        void script(ScriptedSmtpServer server) {
            server.always(Stage.FINAL_REPLY, Reaction.stall());
        }

        @Override
        void await(ScriptedSmtpServer server, int before) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> server.mails().size() > before);
        }
    },
    /** Any: the server's replies take their time, and orders keep coming in until the shop is gone. */
    ANY {
        @Override
        void script(ScriptedSmtpServer server) {
            server.always(Stage.FINAL_REPLY, Reaction.drip(Duration.ofMillis(1)));
        }
    };

    abstract void script(ScriptedSmtpServer server);

    /** Waits for the moment; {@code before} mails had arrived when the script began. */
    void await(ScriptedSmtpServer server, int before) {}
}
