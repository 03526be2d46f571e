// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.Email;
import dev.mailer.api.MailerUnavailableException;
import dev.mailer.api.SendResult;
import dev.mailer.core.MailerEngine;
import dev.mailer.server.http.EmailApi.Accepted;
import dev.mailer.server.http.EmailApi.BatchError;
import dev.mailer.server.http.EmailApi.BatchValidation;
import dev.mailer.server.http.EmailApi.Checked;
import dev.mailer.server.http.EmailApi.KeyedId;
import dev.mailer.server.http.EmailApi.Receipt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** One batch on its way into the engine. Used once, by one thread. */
final class BatchSubmission {
    private static final Logger LOG = LoggerFactory.getLogger(BatchSubmission.class);
    /** Refusals of one mail, which its neighbours need not share. */
    private static final Set<Integer> OF_ONE_MAIL = Set.of(409, 422);

    private final MailerEngine engine;
    private final String tenant;
    private final BatchValidation validation;
    private final List<String> unknown = new ArrayList<>();
    private final List<BatchError> errors = new ArrayList<>();
    private final TreeMap<Integer, Receipt> receipts = new TreeMap<>();
    private boolean duplicate;
    /** Why nothing more is tried. */
    private @Nullable ApiException unavailable;

    BatchSubmission(MailerEngine engine, String tenant, BatchValidation validation) {
        this.engine = engine;
        this.tenant = tenant;
        this.validation = validation;
    }

    /** A mail at its place in the batch. */
    private record Item(int index, Email email) {}

    Accepted run(JsonNode body, @Nullable String idempotencyKey) {
        BatchMark mark = idempotencyKey == null ? null : BatchMark.of(idempotencyKey, body.toString());
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < body.size(); i++) {
            try {
                items.add(new Item(i, email(body.get(i), i, mark)));
            } catch (ApiException e) {
                refuse(i, e);
            }
        }
        if (!items.isEmpty()) {
            submit(items, mark == null);
        }
        errors.sort(Comparator.comparingInt(BatchError::index));
        return new Accepted(
                List.copyOf(receipts.values()),
                validation == BatchValidation.STRICT ? null : errors,
                unknown,
                duplicate);
    }

    private Email email(JsonNode json, int index, @Nullable BatchMark mark) {
        EmailReader.Read read = EmailReader.read(json, "[" + index + "]", tenant);
        if (mark != null) {
            read.requireNoKey();
            var unused = EmailApi.refusals(() -> mark.put(read.email(), index));
        }
        unknown.addAll(read.unknown());
        return read.email().build();
    }

    /** A bad mail is found by halves: those without one are a commit each. */
    private void submit(List<Item> items, boolean ownKeys) {
        if (unavailable != null) {
            leave(items, unavailable);
            return;
        }
        try {
            accept(items, ownKeys);
        } catch (MailerUnavailableException e) {
            if (receipts.isEmpty() || validation != BatchValidation.PERMISSIVE) {
                throw e;
            }
            // An answer that fails as a whole would have the client repeat what is committed.
            LOG.warn("only a part of a batch is accepted: {}", Causes.of(e));
            unavailable = ApiException.unavailable(
                    "Not accepted for certain; repeat this mail later, with the same idempotency key if it has one.",
                    e.retryAfter());
            leave(items, unavailable);
        } catch (ApiException e) {
            if (items.size() == 1 || !OF_ONE_MAIL.contains(e.status()) || validation == BatchValidation.STRICT) {
                refuse(items.get(0).index(), e);
                return;
            }
            int half = items.size() / 2;
            submit(items.subList(0, half), ownKeys);
            submit(items.subList(half, items.size()), ownKeys);
        }
    }

    private void accept(List<Item> items, boolean ownKeys) {
        List<Email> emails = items.stream().map(Item::email).toList();
        if (validation == BatchValidation.CHECK) {
            for (Item item : items) {
                int suppressed = EmailApi.refusals(() -> engine.check(item.email()));
                receipts.put(item.index(), new Checked(suppressed));
            }
            return;
        }
        List<SendResult> results = EmailApi.refusals(() -> engine.sendAll(emails));
        for (int i = 0; i < results.size(); i++) {
            SendResult result = results.get(i);
            EmailApi.logAccepted(result);
            duplicate |= result.isDuplicate();
            String id = result.id().toString();
            boolean keyed = ownKeys && emails.get(i).idempotencyKey() != null;
            receipts.put(
                    items.get(i).index(),
                    keyed ? new KeyedId(id, result.isDuplicate(), result.suppressed()) : new EmailApi.Id(id));
        }
    }

    private void refuse(int index, ApiException e) {
        if (validation == BatchValidation.STRICT || !OF_ONE_MAIL.contains(e.status())) {
            throw e;
        }
        add(index, e);
    }

    private void leave(List<Item> items, ApiException e) {
        items.forEach(item -> add(item.index(), e));
    }

    private void add(int index, ApiException e) {
        errors.add(new BatchError(index, e.name(), String.valueOf(e.getMessage())));
    }
}
