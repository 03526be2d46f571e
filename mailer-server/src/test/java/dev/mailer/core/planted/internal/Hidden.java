// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.planted.internal;

/** Planted: what nobody outside may see. */
public final class Hidden {}
