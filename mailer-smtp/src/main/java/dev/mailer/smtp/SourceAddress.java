// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address of ours that connections are made from.
 *
 * @param name what we call ourselves there; null for the name of all
 * @param weight its share among the others
 */
record SourceAddress(InetAddress address, @Nullable String name, int weight) {}
