// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.apache.velocity.context.InternalContextAdapter;
import org.apache.velocity.runtime.parser.node.ASTAddNode;
import org.apache.velocity.runtime.parser.node.ASTEQNode;
import org.apache.velocity.runtime.parser.node.ASTIntegerRange;
import org.apache.velocity.runtime.parser.node.ASTMap;
import org.apache.velocity.runtime.parser.node.ASTNENode;
import org.apache.velocity.runtime.parser.node.ASTObjectArray;
import org.apache.velocity.runtime.parser.node.ASTStringLiteral;
import org.apache.velocity.runtime.parser.node.Node;
import org.apache.velocity.runtime.parser.node.SimpleNode;
import org.apache.velocity.runtime.parser.node.StandardParserTreeConstants;
import org.apache.velocity.runtime.parser.node.StandardParserVisitor;
import org.apache.velocity.util.DuckType;
import org.jspecify.annotations.Nullable;

/** The nodes that {@link GuardedRuntime} puts in place of Velocity's: they do the same within limits. */
final class GuardedNodes {
    private static final String CALCULATES = "calculates with";
    private static final String COMPARES = "compares";

    private GuardedNodes() {}

    /** Stands at the end of each block: one round of a loop, one call of a macro, one branch. */
    static final class Tick extends SimpleNode {
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

    /** Stands around a value that its parent reads as a number, or, if it is the key of a map, as a word. */
    static final class Operand extends SimpleNode {
        private final boolean number;

        Operand(Node value, boolean number) {
            super(StandardParserTreeConstants.JJTVOID);
            this.first = value.getFirstToken();
            this.last = value.getLastToken();
            this.template = ((SimpleNode) value).getTemplate();
            this.number = number;
        }

        @Override
        public Object init(InternalContextAdapter context, Object data) {
            super.init(context, data);
            cleanupParserAndTokens();
            return data;
        }

        @Override
        public @Nullable Object jjtAccept(StandardParserVisitor visitor, @Nullable Object data) {
            return jjtGetChild(0).jjtAccept(visitor, data);
        }

        @Override
        public String literal() {
            return jjtGetChild(0).literal();
        }

        @Override
        public boolean evaluate(InternalContextAdapter context) {
            return jjtGetChild(0).evaluate(context);
        }

        @Override
        public @Nullable Object value(InternalContextAdapter context) {
            Object value = jjtGetChild(0).value(context);
            if (number) {
                Operands.requireShort(this, CALCULATES, value);
            } else {
                Operands.requirePlain(this, "has for the key of a map", value);
            }
            return value;
        }
    }

    /** A sum: of strings it is a longer string. */
    static final class Sum extends ASTAddNode {
        Sum(ASTAddNode original) {
            super(original.getParser(), StandardParserTreeConstants.JJTADDNODE);
            this.first = original.getFirstToken();
            this.last = original.getLastToken();
            this.template = original.getTemplate();
        }

        @Override
        protected @Nullable Object handleSpecial(
                @Nullable Object left, @Nullable Object right, InternalContextAdapter context) {
            if (left instanceof String || right instanceof String) {
                RenderBudget.current().take(lengthOf(left) + lengthOf(right));
            } else {
                Operands.requireShort(this, CALCULATES, left);
                Operands.requireShort(this, CALCULATES, right);
            }
            return super.handleSpecial(left, right, context);
        }

        private long lengthOf(@Nullable Object value) {
            Operands.requirePlain(this, "joins", value);
            return value instanceof String || value instanceof RawHtml
                    ? value.toString().length()
                    : 0;
        }
    }

    /** {@code ==} and {@code !=}, of which Velocity's second is a kind of the first. */
    static final class Equal extends ASTEQNode {
        private final boolean negated;

        Equal(ASTEQNode original) {
            super(original.getParser(), original.getType());
            this.first = original.getFirstToken();
            this.last = original.getLastToken();
            this.template = original.getTemplate();
            this.negated = original instanceof ASTNENode;
        }

        @Override
        public boolean evaluate(InternalContextAdapter context) {
            return negated != super.evaluate(context);
        }

        @Override
        public @Nullable Boolean compareNumbers(Object left, Object right) {
            Operands.requireShort(this, COMPARES, left);
            Operands.requireShort(this, COMPARES, right);
            return super.compareNumbers(left, right);
        }
    }

    /** A range, whose length Velocity counts in an int. */
    static final class Range extends ASTIntegerRange {
        Range(ASTIntegerRange original) {
            super(original.getParser(), StandardParserTreeConstants.JJTINTEGERRANGE);
            this.first = original.getFirstToken();
            this.last = original.getLastToken();
            this.template = original.getTemplate();
        }

        @Override
        public @Nullable Object value(InternalContextAdapter context) {
            Number from = end(jjtGetChild(0).value(context));
            Number to = end(jjtGetChild(1).value(context));
            if (from == null || to == null) {
                return null;
            }
            int left = from.intValue();
            int right = to.intValue();
            if (Math.abs((long) right - left) >= RenderBudget.MAX_STEPS) {
                throw Operands.refused(this, "has a range of more than " + RenderBudget.MAX_STEPS + " numbers");
            }
            return new IntegerRange(left, right, left >= right ? -1 : 1);
        }

        private @Nullable Number end(@Nullable Object value) {
            Operands.requireShort(this, CALCULATES, value);
            try {
                return DuckType.asNumber(value);
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }

    /** A list that is written out; each time it is met it is another one. */
    static final class Listed extends ASTObjectArray {
        Listed(ASTObjectArray original) {
            super(original.getParser(), StandardParserTreeConstants.JJTOBJECTARRAY);
            this.first = original.getFirstToken();
            this.last = original.getLastToken();
            this.template = original.getTemplate();
        }

        @Override
        public Object value(InternalContextAdapter context) {
            RenderBudget.current().entries(jjtGetNumChildren());
            return super.value(context);
        }
    }

    /** A map that is written out. */
    static final class Mapped extends ASTMap {
        Mapped(ASTMap original) {
            super(original.getParser(), StandardParserTreeConstants.JJTMAP);
            this.first = original.getFirstToken();
            this.last = original.getLastToken();
            this.template = original.getTemplate();
        }

        @Override
        public Object value(InternalContextAdapter context) {
            RenderBudget.current().entries(jjtGetNumChildren());
            return super.value(context);
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
                String value = parsed == null ? (String) super.value(context) : printed(parsed, context);
                budget.take(value.length());
                return value;
            } finally {
                budget.leaveLiteral();
            }
        }

        private static String printed(Node content, InternalContextAdapter context) {
            try {
                Writer out = new LimitedWriter();
                content.render(context, out);
                return out.toString();
            } catch (IOException e) {
                throw new UncheckedIOException("memory cannot fail", e);
            }
        }
    }
}
