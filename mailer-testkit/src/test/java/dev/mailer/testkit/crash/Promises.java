// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit.crash;

import dev.mailer.api.AmbiguityPolicy;
import dev.mailer.api.MessageId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Which mails are to be submitted, and which were accepted under which id. Thread-safe. */
final class Promises {
    private final Random random;
    private final Deque<Mail> waiting = new ArrayDeque<>();
    private final Map<String, Mail> given = new LinkedHashMap<>();
    private final Map<String, Accepted> accepted = new LinkedHashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private int refused;

    /** A mail to be submitted. */
    record Mail(String key, AmbiguityPolicy policy) {}

    /** A mail for which {@code send} returned. */
    record Accepted(Mail mail, String id) {
        MessageId messageId() {
            return MessageId.of(id);
        }
    }

    Promises(int mails, long seed) {
        this.random = new Random(seed);
        for (int i = 0; i < mails; i++) {
            int chance = random.nextInt(10);
            AmbiguityPolicy policy =
                    chance == 0 ? AmbiguityPolicy.HOLD : chance == 1 ? AmbiguityPolicy.DROP : AmbiguityPolicy.RESEND;
            waiting.add(new Mail("K" + i, policy));
        }
    }

    /** The next mails, and now and then one that was accepted before. */
    synchronized List<Mail> take(int count) {
        List<Mail> taken = new ArrayList<>();
        while (taken.size() < count && !waiting.isEmpty()) {
            Mail mail = waiting.remove();
            given.put(mail.key(), mail);
            taken.add(mail);
        }
        List<Accepted> before = new ArrayList<>(accepted.values());
        for (int i = 0; i < count / 20 && !before.isEmpty(); i++) {
            taken.add(before.get(random.nextInt(before.size())).mail());
        }
        return taken;
    }

    synchronized List<Mail> takeAll() {
        takeBack();
        return take(waiting.size());
    }

    /** A process was killed: what is given and not accepted is to be submitted again, also what another has just got. */
    synchronized void takeBack() {
        given.values().forEach(waiting::addFirst);
        given.clear();
    }

    synchronized void kept(String key, String id) {
        Mail mail = given.remove(key);
        if (mail == null) {
            mail = waiting.stream().filter(m -> m.key().equals(key)).findFirst().orElse(null);
            waiting.remove(mail);
        }
        Accepted before = accepted.get(key);
        if (before == null && mail != null) {
            accepted.put(key, new Accepted(mail, id));
        } else if (before != null && !before.id().equals(id)) {
            wrong.add("key " + key + " was accepted as " + before.id() + " and as " + id);
        }
    }

    synchronized void refused(String key, String why) {
        if (refused++ < 20) {
            System.out.println("refused " + key + ": " + why);
        }
    }

    synchronized List<Accepted> accepted() {
        return List.copyOf(accepted.values());
    }

    synchronized List<String> wrong() {
        return List.copyOf(wrong);
    }

    synchronized int refused() {
        return refused;
    }
}
