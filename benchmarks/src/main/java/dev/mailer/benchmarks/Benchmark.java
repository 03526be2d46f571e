// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

/** One measurement; it runs in a virtual machine of its own and reports one or more goals. */
@FunctionalInterface
interface Benchmark {
    void run(Session session) throws Exception;
}
