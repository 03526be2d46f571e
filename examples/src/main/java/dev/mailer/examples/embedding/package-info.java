// SPDX-License-Identifier: Apache-2.0
/** The application of docs/embedding.md: what a program without a framework needs to mail. */
@NullMarked
package dev.mailer.examples.embedding;

import org.jspecify.annotations.NullMarked;
