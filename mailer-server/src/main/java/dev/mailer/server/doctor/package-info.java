// SPDX-License-Identifier: Apache-2.0
/** Looks at an installation and says what is wrong with it and what to do; changes nothing and sends nothing. */
@NullMarked
package dev.mailer.server.doctor;

import org.jspecify.annotations.NullMarked;
