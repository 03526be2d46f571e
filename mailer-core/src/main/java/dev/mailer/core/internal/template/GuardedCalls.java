// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import org.apache.velocity.context.InternalContextAdapter;
import org.apache.velocity.runtime.parser.node.ASTIndex;
import org.apache.velocity.runtime.parser.node.ASTMethod;
import org.apache.velocity.runtime.parser.node.StandardParserTreeConstants;
import org.jspecify.annotations.Nullable;

/** The calls that {@link GuardedRuntime} puts in place of Velocity's: what fails in them tells its line. */
final class GuardedCalls {
    private GuardedCalls() {}

    /** A call, which tells where it stands when it fails; what Velocity keeps of a call is shared by all that look alike. */
    static final class Call extends ASTMethod {
        Call(ASTMethod original) {
            super(original.getParser(), StandardParserTreeConstants.JJTMETHOD);
            this.first = original.getFirstToken();
            this.last = original.getLastToken();
            this.template = original.getTemplate();
        }

        @Override
        public @Nullable Object execute(Object target, InternalContextAdapter context) {
            try {
                return super.execute(target, context);
            } catch (InvalidEmailException e) {
                throw Operands.placed(this, e);
            }
        }
    }

    /** Brackets behind a reference: a call, too. */
    static final class Index extends ASTIndex {
        Index(ASTIndex original) {
            super(original.getParser(), StandardParserTreeConstants.JJTINDEX);
            this.first = original.getFirstToken();
            this.last = original.getLastToken();
            this.template = original.getTemplate();
        }

        @Override
        public @Nullable Object execute(Object target, InternalContextAdapter context) {
            try {
                return super.execute(target, context);
            } catch (InvalidEmailException e) {
                throw Operands.placed(this, e);
            }
        }
    }
}
