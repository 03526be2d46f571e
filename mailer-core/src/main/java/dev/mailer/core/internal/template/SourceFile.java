// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

/**
 * One file of a template.
 *
 * @param path from the root of the templates, to name it in errors
 */
public record SourceFile(String path, String content) {}
