// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import java.io.Reader;
import java.io.Writer;
import org.apache.velocity.Template;
import org.apache.velocity.context.InternalContextAdapter;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.runtime.parser.ParseException;
import org.apache.velocity.runtime.parser.node.ASTAddNode;
import org.apache.velocity.runtime.parser.node.ASTBlock;
import org.apache.velocity.runtime.parser.node.ASTStringLiteral;
import org.apache.velocity.runtime.parser.node.Node;
import org.apache.velocity.runtime.parser.node.SimpleNode;
import org.apache.velocity.runtime.parser.node.StandardParserTreeConstants;
import org.jspecify.annotations.Nullable;

/**
 * A Velocity runtime that charges each rendering for what it does. Velocity itself bounds neither nested loops nor macros that
 * call macros nor strings that double, so each tree, those inside string literals included, gets its meters when it is parsed.
 */
final class GuardedRuntime extends RuntimeInstance {
    @Override
    public SimpleNode parse(Reader reader, Template template) throws ParseException {
        SimpleNode tree = super.parse(reader, template);
        guard(tree);
        return tree;
    }

    private static void guard(Node node) {
        for (int i = 0; i < node.jjtGetNumChildren(); i++) {
            Node child = node.jjtGetChild(i);
            if (child instanceof ASTAddNode sum) {
                child = replace(node, i, sum, new Sum(sum));
            } else if (child instanceof ASTStringLiteral literal) {
                child = replace(node, i, literal, new Literal(literal));
            }
            guard(child);
            if (child instanceof ASTBlock) {
                Node tick = new Tick();
                tick.jjtSetParent(child);
                child.jjtAddChild(tick, child.jjtGetNumChildren());
            }
        }
    }

    private static Node replace(Node parent, int at, Node old, Node guarded) {
        for (int i = 0; i < old.jjtGetNumChildren(); i++) {
            Node child = old.jjtGetChild(i);
            child.jjtSetParent(guarded);
            guarded.jjtAddChild(child, i);
        }
        guarded.jjtSetParent(parent);
        parent.jjtAddChild(guarded, at);
        return guarded;
    }

    /** Stands at the end of each block: one round of a loop, one call of a macro, one branch. */
    private static final class Tick extends SimpleNode {
        Tick() {
            super(StandardParserTreeConstants.JJTVOID);
        }

        @Override
        public @Nullable Object init(InternalContextAdapter context, Object data) {
            return data;
        }

        @Override
        public String literal() {
            return "";
        }

        @Override
        public boolean render(InternalContextAdapter context, Writer writer) {
            RenderBudget.current().step();
            return true;
        }
    }

    /** A sum: of strings it is a longer string. */
    private static final class Sum extends ASTAddNode {
        Sum(ASTAddNode original) {
            super(original.getParser(), StandardParserTreeConstants.JJTADDNODE);
            this.first = original.getFirstToken();
            this.last = original.getLastToken();
            this.template = original.getTemplate();
        }

        @Override
        protected @Nullable Object handleSpecial(Object left, Object right, InternalContextAdapter context) {
            long length = lengthOf(left) + lengthOf(right);
            RenderBudget.current().take(length);
            return super.handleSpecial(left, right, context);
        }

        private static long lengthOf(@Nullable Object value) {
            return value instanceof String text ? text.length() : 0;
        }
    }

    /** A string literal with references in it. */
    static final class Literal extends ASTStringLiteral {
        /** What stands in it, when references do. */
        private @Nullable Node parsed;

        Literal(ASTStringLiteral original) {
            super(original.getParser(), StandardParserTreeConstants.JJTSTRINGLITERAL);
            this.first = original.getFirstToken();
            this.last = original.getLastToken();
            this.template = original.getTemplate();
        }

        @Nullable
        Node parsed() {
            return parsed;
        }

        @Override
        public void adjTokenLineNums(Node node) {
            super.adjTokenLineNums(node);
            parsed = node;
        }

        @Override
        public Object value(InternalContextAdapter context) {
            RenderBudget budget = RenderBudget.current();
            budget.enterLiteral();
            try {
                Object value = super.value(context);
                budget.take(value instanceof String text ? text.length() : 0);
                return value;
            } finally {
                budget.leaveLiteral();
            }
        }
    }
}
