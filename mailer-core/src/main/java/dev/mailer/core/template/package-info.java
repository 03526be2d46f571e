// SPDX-License-Identifier: Apache-2.0
/** What a template's variables are, told before there are any: for checks at build time. */
@NullMarked
package dev.mailer.core.template;

import org.jspecify.annotations.NullMarked;
