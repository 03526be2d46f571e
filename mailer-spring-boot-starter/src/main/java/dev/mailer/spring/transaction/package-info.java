// SPDX-License-Identifier: Apache-2.0
/** Mail in transactions that Spring manages. */
@NullMarked
package dev.mailer.spring.transaction;

import org.jspecify.annotations.NullMarked;
