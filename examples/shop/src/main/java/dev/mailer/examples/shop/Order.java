// SPDX-License-Identifier: Apache-2.0
package dev.mailer.examples.shop;

/** What is ordered, by whom, and the card that pays for it. */
record Order(int number, String email, String card) {}
