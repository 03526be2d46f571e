// SPDX-License-Identifier: Apache-2.0
/** Templates in MJML: being on the class path is all that this needs. */
@NullMarked
package dev.mailer.mjml;

import org.jspecify.annotations.NullMarked;
