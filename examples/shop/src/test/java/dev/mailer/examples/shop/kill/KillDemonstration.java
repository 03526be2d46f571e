// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop.kill;

import dev.mailer.api.DeliveryState;
import dev.mailer.api.MessageQuery;
import dev.mailer.api.MessageStatus;
import dev.mailer.api.Page;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.Mailers;
import dev.mailer.testkit.smtp.ScriptedSmtpServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Starts the shop, orders, kills it, and starts it again, many times. Then it counts: the orders in the database, the orders that the shop
 * said it had, and the mails that arrived at the server. Nothing in the shop knows that it is being killed.
 */
final class KillDemonstration {
    /** The stated window: most mails that one kill can double. */
    static final int WINDOW = 8;

    private static final List<Moment> MOMENTS = List.of(Moment.values());
    private static final int ORDERS = 10;
    /** In the order that mail goes through them, and once more: what moves on while they are asked for is met in the next one. */
    private static final List<DeliveryState> OPEN = List.of(
            DeliveryState.DEFERRED,
            DeliveryState.QUEUED,
            DeliveryState.SENDING,
            DeliveryState.DEFERRED,
            DeliveryState.QUEUED,
            DeliveryState.SENDING);

    private static final int LONGEST_LIFE_MILLIS = 600;

    private final String database;
    private final int kills;
    private final Random random = new Random();
    private final Set<Integer> confirmed = new TreeSet<>();
    private int number;

    KillDemonstration(String database, int kills) {
        this.database = database;
        this.kills = kills;
    }

    Account run() throws IOException, SQLException {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
                MailerEngine ledger = Mailers.builder().store(database).paused().build()) {
            for (int kill = 1; kill <= kills; kill++) {
                try (ShopProcess shop = start(server, "shop-" + kill)) {
                    shop.awaitStart();
                    awaitNothingOpen(ledger);
                    orderUntil(MOMENTS.get((kill - 1) % MOMENTS.size()), shop, server);
                } // killed here, if not before
                server.disconnectAll();
                server.behave();
            }
            try (ShopProcess shop = start(server, "shop-last")) {
                shop.awaitStart();
                awaitNothingOpen(ledger);
            }
            return new Account(kills, confirmed, ordersInDatabase(), givenUp(ledger), Arrival.all(server));
        }
    }

    private ShopProcess start(ScriptedSmtpServer server, String name) throws IOException {
        return ShopProcess.start(database, server.uri() + "?tls=never", name, WINDOW);
    }

    private void orderUntil(Moment moment, ShopProcess shop, ScriptedSmtpServer server) {
        int before = server.mails().size();
        moment.script(server);
        if (moment == Moment.ANY) {
            CompletableFuture.delayedExecutor(random.nextInt(LONGEST_LIFE_MILLIS), TimeUnit.MILLISECONDS)
                    .execute(shop::kill);
            while (shop.isAlive()) {
                order(shop);
            }
        } else {
            for (int i = 0; i < ORDERS; i++) {
                order(shop);
            }
            moment.await(server, before);
        }
    }

    /** Every fifth with a card that is declined after the mail was handed over: that order is rolled back. */
    private void order(ShopProcess shop) {
        number++;
        if (shop.order(number, number % 5 == 0 ? "declined" : "good")) {
            confirmed.add(number);
        }
    }

    /** Waits until what a killed shop left is sent, or given up: it is taken over when the dead process's lease has ended. */
    private static void awaitNothingOpen(MailerEngine ledger) {
        Awaitility.await("nothing is open")
                .atMost(Duration.ofMinutes(3))
                .until(() -> OPEN.stream()
                        .allMatch(state -> ledger.list(
                                        MessageQuery.ofTenant("default").state(state))
                                .items()
                                .isEmpty()));
    }

    /** What the ledger says of each code that ended without proof of delivery. */
    private static Set<Integer> givenUp(MailerEngine ledger) {
        Set<Integer> orders = new TreeSet<>();
        MessageQuery query =
                MessageQuery.ofTenant("default").state(DeliveryState.FAILED).limit(MessageQuery.MAX_LIMIT);
        Page<MessageStatus> page = ledger.list(query);
        while (!page.items().isEmpty()) {
            for (MessageStatus mail : page.items()) {
                String subject = String.valueOf(mail.subject());
                if (subject.startsWith(Arrival.CODE)) {
                    orders.add(Integer.valueOf(subject.substring(subject.lastIndexOf(' ') + 1)));
                }
                query = query.after(mail.id());
            }
            page = ledger.list(query);
        }
        return orders;
    }

    private Set<Integer> ordersInDatabase() throws SQLException {
        Set<Integer> orders = new TreeSet<>();
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select number from orders")) {
            while (rows.next()) {
                orders.add(rows.getInt(1));
            }
        }
        return orders;
    }
}
