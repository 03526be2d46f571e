// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.javamail;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes members in. */
@Service
class Members {
    private final JdbcClient database;
    private final WelcomeMail welcome;

    Members(JdbcClient database, WelcomeMail welcome) {
        this.database = database;
        this.welcome = welcome;
    }

    /** Greets before it knows whether the member is new, as much code does: with the outbox, a rollback takes the greeting back. */
    @Transactional
    public void join(String email, String name) {
        welcome.send(email, name);
        database.sql("insert into members (email, name) values (?, ?)")
                .params(email, name)
                .update();
    }
}
