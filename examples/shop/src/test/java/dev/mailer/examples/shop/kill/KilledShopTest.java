// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop.kill;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A shop that is killed loses no mail of an order and doubles only what was in flight. The long runs:
 *
 * <pre>{@code
 * mvn -Pslow -am -pl examples/shop test -Dtest=KilledShopTest -Dkills=100 -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
class KilledShopTest {
    @Test
    void one_kill_before_sending_and_one_before_settlement() throws Exception {
        demonstrate(Databases.postgresql(), 2);
    }

    @Test
    @Tag("slow")
    void many_kills_on_postgresql() throws Exception {
        demonstrate(Databases.postgresql(), Integer.getInteger("kills", 100));
    }

    @Test
    @Tag("slow")
    void many_kills_on_mariadb() throws Exception {
        demonstrate(Databases.mariaDb(), Integer.getInteger("kills", 100));
    }

    private static void demonstrate(String database, int kills) throws Exception {
        Account account = new KillDemonstration(database, kills).run();
        System.out.println(database.split(":", 3)[1] + "\n" + account);
        account.assertKept();
    }
}
