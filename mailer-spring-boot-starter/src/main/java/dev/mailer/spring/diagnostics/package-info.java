// SPDX-License-Identifier: Apache-2.0
/** What a start that failed because of the mailer says. */
@NullMarked
package dev.mailer.spring.diagnostics;

import org.jspecify.annotations.NullMarked;
