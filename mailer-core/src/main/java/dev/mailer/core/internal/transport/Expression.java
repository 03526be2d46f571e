// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.transport;

import java.util.List;

/** What the text of a transport says, before anything is made of it. */
sealed interface Expression {
    /** One transport; its URI is not read yet, so that an error of the whole comes before one of a part. */
    record Single(String uri, int position) implements Expression {
        /** The position only; the URI may hold a password. */
        @Override
        public String toString() {
            return "Single[at " + position + "]";
        }
    }

    /** The first that works. */
    record Failover(List<Expression> children) implements Expression {
        public Failover {
            children = List.copyOf(children);
        }
    }

    /** A share of the mail for each. */
    record Weighted(List<Expression> children, List<Integer> weights) implements Expression {
        public Weighted {
            children = List.copyOf(children);
            weights = List.copyOf(weights);
        }
    }
}
