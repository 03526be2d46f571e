// SPDX-License-Identifier: Apache-2.0
package dev.mailer.api;

import java.util.Locale;
import java.util.Map;

/** Media type syntax (RFC 2045 §5.1) and the few file endings that mails carry. */
final class MediaTypes {
    private static final Map<String, String> BY_ENDING = Map.ofEntries(
            Map.entry("pdf", "application/pdf"),
            Map.entry("txt", "text/plain"),
            Map.entry("csv", "text/csv"),
            Map.entry("htm", "text/html"),
            Map.entry("html", "text/html"),
            Map.entry("ics", "text/calendar"),
            Map.entry("vcf", "text/vcard"),
            Map.entry("json", "application/json"),
            Map.entry("xml", "application/xml"),
            Map.entry("zip", "application/zip"),
            Map.entry("gz", "application/gzip"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("doc", "application/msword"),
            Map.entry("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            Map.entry("xls", "application/vnd.ms-excel"),
            Map.entry("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Map.entry("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
            Map.entry("eml", "message/rfc822"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("mp4", "video/mp4"));

    private MediaTypes() {}

    static String ofFileName(String name) {
        int dot = name.lastIndexOf('.');
        String ending = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return BY_ENDING.getOrDefault(ending, Attachment.DEFAULT_TYPE);
    }

    /** True for {@code type/subtype}, with parameters of printable ASCII behind it. */
    static boolean isValid(String type) {
        int semicolon = type.indexOf(';');
        String bare = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
        int slash = bare.indexOf('/');
        return type.length() <= 255
                && slash > 0
                && slash == bare.lastIndexOf('/')
                && slash < bare.length() - 1
                && bare.chars().allMatch(c -> c > ' ' && c < 127 && "()<>@,;:\\\"[]?=".indexOf(c) < 0)
                && type.chars().allMatch(c -> c >= ' ' && c < 127);
    }

    static String shown(String type) {
        String safe = type.replaceAll("[^ -~]", "?");
        return safe.length() > 60 ? safe.substring(0, 60) + "…" : safe;
    }
}
