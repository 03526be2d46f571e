// SPDX-License-Identifier: Apache-2.0
/** The endpoints of plugins in a servlet container; needs the Servlet API, which the container has. */
@NullMarked
package dev.mailer.core.servlet;

import org.jspecify.annotations.NullMarked;
