// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.engine;

import java.util.concurrent.ThreadFactory;

/**
 * What may go on beside the slots.
 *
 * @param calls most jobs at a time; 0 for none
 * @param bytes most stored content of them together
 * @param threads of those that take over their slots
 */
record AsideLimits(int calls, long bytes, ThreadFactory threads) {}
