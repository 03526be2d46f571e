// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailer.api.Secret;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the RFCs, octet by octet. */
class SaslMechanismTest {
    private static final Endpoint SERVER = new Endpoint("smtp", "server.example.com", 587);
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String CHALLENGE =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    @Test
    void scram_is_as_in_rfc_7677() throws WireException {
        Scram scram = new Scram("user", Secret.of("pencil"), NONCE);

        assertThat(scram.initial()).isEqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        assertThat(scram.answer(CHALLENGE))
                .isEqualTo("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        assertThat(scram.isConvinced()).isFalse();
        assertThat(scram.answer("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))
                .isEmpty();
        assertThat(scram.isConvinced()).isTrue();
    }

    @Test
    void a_wrong_signature_convinces_nobody() throws WireException {
        Scram scram = new Scram("user", Secret.of("pencil"), NONCE);
        scram.answer(CHALLENGE);

        assertThatThrownBy(() -> scram.answer("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))
                .isInstanceOf(WireException.class);
        assertThat(scram.isConvinced()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "r=" + NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "r=" + NONCE + "x,s=,i=4096",
                "r=" + NONCE + "x,s=!!,i=4096",
                "r=" + NONCE + "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095",
                "r=" + NONCE + "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=9999999",
                "r=" + NONCE + "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999",
                "r=" + NONCE + "x,s=W22ZaJ0SNY7soEsUEjb6gQ=="
            })
    void a_challenge_that_is_none_is_refused(String challenge) {
        Scram scram = new Scram("user", Secret.of("pencil"), NONCE);

        assertThatThrownBy(() -> scram.answer(challenge)).isInstanceOf(WireException.class);
    }

    @Test
    void a_user_name_cannot_add_fields() {
        assertThat(new Scram("a,b=c", Secret.of("x"), "n").initial()).isEqualTo("n,,n=a=2Cb=3Dc,r=n");
        assertThat(SaslMechanism.OAUTHBEARER
                        .begin("a,b=c", Secret.of("t"), SERVER)
                        .initial())
                .startsWith("n,a=a=2Cb=3Dc,\1");
    }

    @Test
    void cram_md5_is_as_in_rfc_2195() throws WireException {
        SaslExchange exchange = SaslMechanism.CRAM_MD5.begin("tim", Secret.of("tanstaaftanstaaf"), SERVER);

        assertThat(exchange.initial()).isNull();
        assertThat(exchange.answer("<1896.697170952@postoffice.reston.mci.net>"))
                .isEqualTo("tim b913a602c7eda7a495b4e6e7334d3890");
    }

    @Test
    void oauthbearer_is_as_in_rfc_7628() throws WireException {
        SaslExchange exchange = SaslMechanism.OAUTHBEARER.begin(
                "user@example.com", Secret.of("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="), SERVER);

        assertThat(exchange.initial())
                .isEqualTo("n,a=user@example.com,\1host=server.example.com\1port=587\1"
                        + "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1");
        assertThat(exchange.answer("{\"status\":\"invalid_token\"}")).isEqualTo("\1");
    }

    @Test
    void the_best_that_is_offered_is_tried_with_one_more_behind_scram() {
        assertThat(SaslMechanism.amongst(Set.of("LOGIN", "PLAIN", "CRAM-MD5"))).containsExactly(SaslMechanism.PLAIN);
        assertThat(SaslMechanism.amongst(Set.of("LOGIN", "PLAIN", "SCRAM-SHA-256")))
                .containsExactly(SaslMechanism.SCRAM_SHA_256, SaslMechanism.PLAIN);
        assertThat(SaslMechanism.amongst(Set.of("XOAUTH2", "GSSAPI"))).isEmpty();
    }
}
