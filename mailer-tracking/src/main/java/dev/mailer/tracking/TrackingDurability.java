// SPDX-License-Identifier: Apache-2.0
package dev.mailer.tracking;

/** When an open or a click is answered. Either way the answer comes, also when nothing can be stored. */
public enum TrackingDurability {
    /** When it is committed, or after a bounded wait, while which storing goes on. */
    COMMITTED,
    /** At once; what is in memory when the process dies was not seen. */
    BUFFERED
}
