// SPDX-License-Identifier: Apache-2.0
package dev.mailer.testkit;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mailer.api.spi.WebhookStore;
import dev.mailer.api.spi.WebhookStore.Added;
import dev.mailer.api.spi.WebhookStore.Attempt;
import dev.mailer.api.spi.WebhookStore.Backlog;
import dev.mailer.api.spi.WebhookStore.Claimed;
import dev.mailer.api.spi.WebhookStore.Due;
import dev.mailer.api.spi.WebhookStore.Health;
import dev.mailer.api.spi.WebhookStore.Mail;
import dev.mailer.api.spi.WebhookStore.Query;
import dev.mailer.api.spi.WebhookStore.Selection;
import dev.mailer.api.spi.WebhookStore.Settled;
import dev.mailer.api.spi.WebhookStore.Texts;
import dev.mailer.api.spi.WebhookStore.Want;
import dev.mailer.testkit.Sabotage.Call;
import dev.mailer.testkit.Sabotage.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What can be wrong with a store of webhooks. */
final class WebhookFaults {
    private WebhookFaults() {}

    static Stream<Arguments> all() {
        return Stream.of(
                store("add", "an_endpoint_is_read_as_it_was_added_and_survives", c -> {
                    c.proceed();
                    return Added.ADDED;
                }),
                store(
                        "add",
                        "a_tenant_has_so_many_endpoints_at_most",
                        c -> c.with(1, 100).proceed()),
                store(
                        "add",
                        "so_many_at_most_holds_where_several_are_added_at_once",
                        c -> c.with(1, 100).proceed()),
                store("configure", "of_two_changes_of_what_was_read_the_second_is_refused", c -> {
                    WebhookStore store = (WebhookStore) c.target();
                    return c.with(2, store.endpoints().get(0).config()).proceed();
                }),
                store(
                        "configure",
                        "only_its_tenant_changes_or_removes_an_endpoint",
                        c -> c.with(0, "default").proceed()),
                store("enable", "disabling_is_told_once_and_enabling_forgets_failures", c -> {
                    c.proceed();
                    return true;
                }),
                store("remove", "only_its_tenant_changes_or_removes_an_endpoint", c -> false),
                store(
                        "enqueue",
                        "an_event_waits_once_for_each_endpoint",
                        c -> c.arg(0, List.class).size()),
                store(
                        "enqueue",
                        "what_is_held_waits_says_so_and_is_dropped_only_by_its_claim",
                        c -> c.with(0, waiting(c)).proceed()),
                store(
                        "due",
                        "what_is_due_is_claimed_oldest_first_up_to_the_limit_and_by_one_only",
                        c -> c.with(0, Instant.MAX).proceed()),
                store(
                        "claim",
                        "what_is_due_is_claimed_oldest_first_up_to_the_limit_and_by_one_only",
                        c -> c.with(0, List.of(new Want("one", 100))).proceed()),
                store(
                        "claim",
                        "attempts_are_counted_and_kept_and_what_is_given_back_counts_as_none",
                        c -> claims(c.proceed()).stream()
                                .map(o -> new Claimed(o.endpoint(), o.event(), 0, 0, o.until(), o.status()))
                                .toList()),
                store(
                        "settle",
                        "a_claim_that_has_ended_is_another_s_and_is_not_settled_any_more",
                        c -> c.with(0, current(c)).proceed()),
                store(
                        "settle",
                        "attempts_are_counted_and_kept_and_what_is_given_back_counts_as_none",
                        c -> c.with(0, withAttempts(c)).proceed()),
                store(
                        "settle",
                        "health_counts_failures_since_the_last_success",
                        c -> c.with(1, List.<Health>of()).proceed()),
                store("drop", "what_is_held_waits_says_so_and_is_dropped_only_by_its_claim", c -> null),
                store("probe", "health_counts_failures_since_the_last_success", c -> {
                    c.proceed();
                    return true;
                }),
                store("list", "lists_are_filtered_and_go_on_page_by_page", c -> {
                    Query q = c.arg(0, Query.class);
                    return c.with(0, new Query(q.endpoint(), q.status(), q.type(), null, q.limit()))
                            .proceed();
                }),
                store("list", "lists_are_filtered_and_go_on_page_by_page", c -> {
                    Query q = c.arg(0, Query.class);
                    return c.with(0, new Query(q.endpoint(), null, q.type(), q.before(), q.limit()))
                            .proceed();
                }),
                store(
                        "attempts",
                        "attempts_are_counted_and_kept_and_what_is_given_back_counts_as_none",
                        c -> List.of()),
                store(
                        "replay",
                        "sending_again_looks_at_a_part_at_a_time_and_at_none_twice",
                        c -> c.with(2, 0L).proceed()),
                store(
                        "replay",
                        "sending_again_looks_at_a_part_at_a_time_and_at_none_twice",
                        c -> c.with(4, 100).proceed()),
                store("replay", "what_has_ended_is_sent_again_as_it_was_chosen", c -> {
                    Selection what = c.arg(1, Selection.class);
                    return c.with(1, new Selection(what.event(), null, what.since(), what.until()))
                            .proceed();
                }),
                store("waiting", "an_event_waits_once_for_each_endpoint", c -> 0),
                store(
                        "told",
                        "what_was_told_of_a_mail_is_found_by_its_id",
                        c -> c.with(1, 100).proceed()),
                store("told", "what_was_told_of_a_mail_is_found_by_its_id", c -> List.of()),
                store("backlog", "what_lies_about_is_counted", c -> new Backlog(2, null)),
                store(
                        "purge",
                        "what_ended_long_ago_goes_and_what_waits_stays_unless_nobody_will_send_it",
                        c -> c.with(0, Instant.MAX).proceed()),
                store(
                        "purge",
                        "the_age_of_what_is_sent_again_counts_from_then",
                        c -> c.with(0, Instant.MAX).proceed()),
                arguments(
                        "OutboxTransaction.purge",
                        "a_mail_stays_while_a_webhook_is_to_be_told_of_it_but_not_for_ever",
                        (Fault) c -> c.with(1, c.arg(1, Instant.class).plus(Duration.ofDays(3)))
                                .proceed()),
                arguments(
                        "OutboxTransaction.purge",
                        "a_mail_stays_while_a_webhook_is_to_be_told_of_it_but_not_for_ever",
                        (Fault) c -> c.with(1, c.arg(1, Instant.class).minus(Duration.ofDays(1)))
                                .proceed()),
                store("mails", "of_an_erased_mail_the_facts_are_told_and_that_it_was_erased", c -> mails(c.proceed())),
                store(
                        "settle",
                        "what_was_answered_is_erased_with_the_mail_also_where_the_answer_comes_later",
                        c -> c.with(0, withoutAnswers(c)).proceed()));
    }

    private static Arguments store(String method, String finding, Fault fault) {
        return arguments("WebhookStore." + method, finding, fault);
    }

    private static List<Due> waiting(Call c) {
        return list(c.args().get(0), Due.class).stream()
                .map(d -> new Due(d.endpoint(), d.event(), d.type()))
                .toList();
    }

    private static List<Claimed> claims(Object all) {
        return list(all, Claimed.class);
    }

    /** Settlements of whatever claim there is now. */
    private static List<Settled> current(Call c) {
        WebhookStore store = (WebhookStore) c.target();
        return list(c.args().get(0), Settled.class).stream()
                .map(s -> {
                    Claimed was = s.claim();
                    Instant until = store.list(new Query(was.endpoint(), null, null, was.event() + 1, 1))
                            .get(0)
                            .dueAt();
                    return new Settled(
                            new Claimed(
                                    was.endpoint(),
                                    was.event(),
                                    was.attempts(),
                                    was.tries(),
                                    until == null ? was.until() : until,
                                    was.status()),
                            s.attempt(),
                            s.status(),
                            s.dueAt());
                })
                .toList();
    }

    private static List<Settled> withAttempts(Call c) {
        return list(c.args().get(0), Settled.class).stream()
                .map(s -> new Settled(
                        s.claim(),
                        s.attempt() == null ? new Attempt(1, Instant.EPOCH, 0, Duration.ZERO, "", "") : s.attempt(),
                        s.status(),
                        s.dueAt()))
                .toList();
    }

    private static List<Settled> withoutAnswers(Call c) {
        return list(c.args().get(0), Settled.class).stream()
                .map(s -> new Settled(s.claim(), null, s.status(), s.dueAt()))
                .toList();
    }

    private static Map<Object, Mail> mails(Object all) {
        return ((Map<?, ?>) all)
                .entrySet().stream().collect(Collectors.toMap(e -> e.getKey(), e -> readable((Mail) e.getValue())));
    }

    private static Mail readable(Mail m) {
        return new Mail(m.acceptedAt(), m.from(), m.subject(), m.messageIdHeader(), m.tags(), Texts.READABLE);
    }

    private static <T> List<T> list(Object list, Class<T> type) {
        return ((List<?>) list).stream().map(type::cast).toList();
    }
}
