// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer that is an error, in the one shape that all of them have: {@code {"statusCode", "name", "message"}}, and
 * {@code "field"} where one is at fault. Status codes and names are those that Resend's clients know.
 */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String name;
    private final @Nullable String field;
    private final @Nullable Duration retryAfter;

    private ApiException(
            int status, String name, String message, @Nullable String field, @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.status = status;
        this.name = name;
        this.field = field;
        this.retryAfter = retryAfter;
    }

    public static ApiException of(int status, String name, String message) {
        return new ApiException(status, name, message, null, null);
    }

    /** 422 for a field of the body; the message begins with its path. */
    static ApiException field(String name, String path, String problem) {
        return new ApiException(422, name, "`" + path + "` " + problem, path, null);
    }

    /** 422 for a field that is not there. */
    static ApiException missing(String path) {
        return new ApiException(422, "missing_required_field", "Missing `" + path + "` field.", path, null);
    }

    /** 422 for a parameter of path or query. */
    static ApiException parameter(String name, String problem) {
        return new ApiException(422, "invalid_parameter", "`" + name + "` " + problem, name, null);
    }

    /**
     * What a server answered.
     *
     * @param retryAfter null when it did not say
     */
    public static ApiException answered(int status, String name, String message, @Nullable Duration retryAfter) {
        return new ApiException(status, name, message, null, retryAfter);
    }

    static ApiException notFound(String message) {
        return of(404, "not_found", message);
    }

    static ApiException unavailable(String message, Duration retryAfter) {
        return new ApiException(503, "service_unavailable", message, null, retryAfter);
    }

    public int status() {
        return status;
    }

    /** The word for machines. */
    public String name() {
        return name;
    }

    public @Nullable String field() {
        return field;
    }

    /** When to try again; null when that is pointless or unknown. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("statusCode", status)
                .put("name", name)
                .put("message", getMessage());
        return field == null ? json : json.put("field", field);
    }
}
