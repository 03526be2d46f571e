// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import dev.mailer.api.Secret;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * How we prove who we are (RFC 4954 §4), the best first. Most of these show the password to the server, so all of them belong inside TLS.
 */
enum SaslMechanism {
    /** RFC 7677: neither side shows the other the password, and both prove that they know it. */
    SCRAM_SHA_256 {
        @Override
        SaslExchange begin(String user, Secret password, Endpoint server) {
            byte[] nonce = new byte[18];
            RANDOM.nextBytes(nonce);
            return new Scram(user, password, Base64.getEncoder().encodeToString(nonce));
        }
    },
    /** RFC 4616. */
    PLAIN {
        @Override
        SaslExchange begin(String user, Secret password, Endpoint server) {
            return SaslExchange.saying('\0' + user + '\0' + password.reveal(), "");
        }
    },
    /** The older one that some servers offer alone: asked for user name and password one by one. */
    LOGIN {
        @Override
        SaslExchange begin(String user, Secret password, Endpoint server) {
            return SaslExchange.answering(List.of(user, password.reveal()));
        }
    },
    /** RFC 2195: the password does not leave, but what the server keeps of it is worth as much. */
    CRAM_MD5 {
        @Override
        SaslExchange begin(String user, Secret password, Endpoint server) {
            return new CramMd5(user, password);
        }
    },
    /** RFC 7628: the password is an OAuth 2.0 access token. */
    OAUTHBEARER {
        @Override
        SaslExchange begin(String user, Secret password, Endpoint server) {
            String name = user.replace("=", "=3D").replace(",", "=2C");
            return SaslExchange.saying(
                    "n,a=" + name + ",\1host=" + server.host() + "\1port=" + server.port() + "\1auth=Bearer "
                            + password.reveal() + "\1\1",
                    "\1");
        }
    },
    /** What Google and Microsoft had before OAUTHBEARER, and take still. */
    XOAUTH2 {
        @Override
        SaslExchange begin(String user, Secret password, Endpoint server) {
            return SaslExchange.saying("user=" + user + "\1auth=Bearer " + password.reveal() + "\1\1", "");
        }
    };

    /** Those that a password is for; a token is used only where the settings say that it is one. */
    private static final List<SaslMechanism> OF_PASSWORDS = List.of(SCRAM_SHA_256, PLAIN, LOGIN, CRAM_MD5);

    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * What to try of what a server offers: the best, and behind SCRAM, which a server may offer without being able to do it for this
     * account, one that shows the password. No more, since each refusal may count towards the account's being locked.
     */
    static List<SaslMechanism> amongst(Set<String> offered) {
        List<SaslMechanism> usable =
                OF_PASSWORDS.stream().filter(m -> offered.contains(m.token())).toList();
        return usable.subList(0, Math.min(usable.size(), usable.contains(SCRAM_SHA_256) ? 2 : 1));
    }

    /** Those for passwords, as an error shows them. */
    static String known() {
        return String.join(", ", OF_PASSWORDS.stream().map(SaslMechanism::token).toList());
    }

    /** The name on the wire. */
    String token() {
        return name().replace('_', '-');
    }

    /** One login. */
    abstract SaslExchange begin(String user, Secret password, Endpoint server);
}
