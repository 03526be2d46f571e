// SPDX-License-Identifier: Apache-2.0
/** What is done to rendered HTML: styles are inlined, and a text part is made from it. */
@NullMarked
package dev.mailer.core.internal.html;

import org.jspecify.annotations.NullMarked;
