// SPDX-License-Identifier: Apache-2.0
package dev.mailer.server.config;

/**
 * One value as it was given.
 *
 * @param origin for error messages: {@code mailer.conf line 3}, {@code MAILER_SERVER_PORT}, {@code --set}
 */
record Given(String value, String origin) {}
