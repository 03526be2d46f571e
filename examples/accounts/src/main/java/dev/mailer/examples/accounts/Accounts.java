// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.accounts;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Registers, verifies and recovers accounts. What a stranger can call answers the same whether or not there is an account: who has one is
 * told by mail only.
 */
@Service
class Accounts {
    static final Duration RECOVERY = Duration.ofMinutes(10);
    static final Duration VERIFICATION = Duration.ofDays(1);

    private final JdbcClient database;
    private final OneTimeCodes codes;
    private final AccountMail mail;
    private final InstantSource clock;

    Accounts(JdbcClient database, OneTimeCodes codes, AccountMail mail, InstantSource clock) {
        this.database = database;
        this.codes = codes;
        this.mail = mail;
        this.clock = clock;
    }

    /** A member brings somebody in. */
    @Transactional
    public void invite(String inviter, String email) {
        mail.invitation(email, inviter);
    }

    /** A new account, and the mail that asks whether the address is right; nothing for an address that is taken. */
    @Transactional
    public void register(String email, String name) {
        if (name(email).isPresent()) {
            return;
        }
        database.sql("insert into accounts (email, name, verified) values (?, ?, false)")
                .params(email, name)
                .update();
        OneTimeCodes.Code code = codes.issue("verification", email, VERIFICATION);
        if (code != null) {
            mail.verification(email, name, code);
        }
    }

    /** The link of the mail was opened. */
    @Transactional
    public boolean verify(String email, String code) {
        if (!codes.redeem("verification", email, code)) {
            return false;
        }
        database.sql("update accounts set verified = true where email = ?")
                .params(email)
                .update();
        mail.welcome(email, name(email).orElseThrow());
        return true;
    }

    /** Somebody says that they forgot their password. Mails a code when there is such an account, and never says whether. */
    @Transactional
    public void forgot(String email) {
        Optional<String> name = name(email);
        if (name.isEmpty()) {
            return;
        }
        OneTimeCodes.Code code = codes.issue("recovery", email, RECOVERY);
        if (code != null) {
            mail.recovery(email, name.get(), code, clock.instant());
        }
    }

    /** Whether the password may be set anew: true once. */
    @Transactional
    public boolean recover(String email, String code) {
        return codes.redeem("recovery", email, code);
    }

    private Optional<String> name(String email) {
        return database.sql("select name from accounts where email = ?")
                .params(email)
                .query(String.class)
                .optional();
    }
}
