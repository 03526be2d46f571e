// SPDX-License-Identifier: Apache-2.0
/** An application and its tests. */
@NullMarked
package dev.mailer.spring.test.app;

import org.jspecify.annotations.NullMarked;
