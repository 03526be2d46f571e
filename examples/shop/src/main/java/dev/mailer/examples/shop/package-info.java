// SPDX-License-Identifier: Apache-2.0
/** A shop: orders over HTTP, in the application's own database, each with the mail that belongs to it. */
@NullMarked
package dev.mailer.examples.shop;

import org.jspecify.annotations.NullMarked;
