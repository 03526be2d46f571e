// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import dev.mailer.api.HitCounts;
import dev.mailer.core.MailerEngine;
import dev.mailer.core.PersonalRecords.Erasure;
import dev.mailer.core.PersonalRecords.ExportedMail;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What is stored of a person of the caller's tenant. The address comes in the body, because addresses of requests stand in logs.
 * Thread-safe.
 */
public final class PersonalDataApi {
    private final MailerEngine engine;

    public PersonalDataApi(MailerEngine engine) {
        this.engine = engine;
    }

    /** A mail with its timeline; {@code eml} is base64, and null when the content is not stored any more. */
    public record Exported(
            Object email, List<?> events, @Nullable String eml) {
        static Exported of(ExportedMail mail) {
            return new Exported(
                    EmailView.of(mail.status(), null, HitCounts.of(mail.events())),
                    mail.events().stream().map(EventView::of).toList(),
                    mail.eml() == null
                            ? null
                            : Base64.getEncoder().encodeToString(mail.eml().unsafeArray()));
        }
    }

    /** What an erasure did. */
    public record Erased(String object, long emails, long cancelled, long suppressions, long left) {}

    /** A request's body. */
    public static JsonNode body(String address) {
        return JsonNodeFactory.instance.objectNode().put("address", address);
    }

    public void export(String tenant, JsonNode body, Consumer<Exported> to) {
        engine.personalData().export(tenant, address(body), mail -> to.accept(Exported.of(mail)));
    }

    public Erased erase(String tenant, JsonNode body) {
        Erasure done = engine.personalData().erase(tenant, address(body));
        return new Erased("erasure", done.mails(), done.cancelled(), done.suppressions(), done.left());
    }

    private static String address(JsonNode body) {
        String address = new JsonFields(body, "").required("address");
        if (address.indexOf('@') < 1) {
            throw ApiException.parameter("address", "must be a bare address, such as jo@example.org.");
        }
        return address;
    }
}
