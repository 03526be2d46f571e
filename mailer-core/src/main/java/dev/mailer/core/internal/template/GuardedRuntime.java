// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import java.io.Reader;
import org.apache.velocity.Template;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.runtime.parser.ParseException;
import org.apache.velocity.runtime.parser.node.ASTAddNode;
import org.apache.velocity.runtime.parser.node.ASTBlock;
import org.apache.velocity.runtime.parser.node.ASTComparisonNode;
import org.apache.velocity.runtime.parser.node.ASTEQNode;
import org.apache.velocity.runtime.parser.node.ASTIndex;
import org.apache.velocity.runtime.parser.node.ASTIntegerRange;
import org.apache.velocity.runtime.parser.node.ASTMap;
import org.apache.velocity.runtime.parser.node.ASTMathNode;
import org.apache.velocity.runtime.parser.node.ASTMethod;
import org.apache.velocity.runtime.parser.node.ASTNegateNode;
import org.apache.velocity.runtime.parser.node.ASTObjectArray;
import org.apache.velocity.runtime.parser.node.ASTStringLiteral;
import org.apache.velocity.runtime.parser.node.Node;
import org.apache.velocity.runtime.parser.node.SimpleNode;
import org.jspecify.annotations.Nullable;

/**
 * A Velocity runtime that charges each rendering for what it does. Velocity itself bounds neither nested loops nor macros that
 * call macros nor strings that double nor numbers, so each tree, those inside string literals included, gets its meters when it
 * is parsed.
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
            Node guarded = guarded(child);
            if (guarded != null) {
                child = replace(node, i, child, guarded);
            }
            guard(child);
            if (child instanceof ASTBlock) {
                Node tick = new GuardedNodes.Tick();
                tick.jjtSetParent(child);
                child.jjtAddChild(tick, child.jjtGetNumChildren());
            }
            if (isOperand(node, i)) {
                wrap(node, i, new GuardedNodes.Operand(child, !(node instanceof ASTMap)));
            }
        }
    }

    /** What stands in for a node; null when it may stay. */
    private static @Nullable Node guarded(Node node) {
        if (node instanceof ASTAddNode sum) {
            return new GuardedNodes.Sum(sum);
        }
        if (node instanceof ASTEQNode equal) {
            return new GuardedNodes.Equal(equal);
        }
        if (node instanceof ASTIntegerRange range) {
            return new GuardedNodes.Range(range);
        }
        if (node instanceof ASTObjectArray list) {
            return new GuardedNodes.Listed(list);
        }
        if (node instanceof ASTMap map) {
            return new GuardedNodes.Mapped(map);
        }
        if (node instanceof ASTMethod call) {
            return new GuardedCalls.Call(call);
        }
        if (node instanceof ASTIndex brackets) {
            return new GuardedCalls.Index(brackets);
        }
        return node instanceof ASTStringLiteral literal ? new GuardedNodes.Literal(literal) : null;
    }

    /** Whether a child is read as a number whatever stands beside it, or is the key of a map. */
    private static boolean isOperand(Node parent, int at) {
        if (parent instanceof ASTMap) {
            return at % 2 == 0;
        }
        boolean sum = parent instanceof ASTAddNode;
        boolean equality = parent instanceof ASTEQNode;
        return (parent instanceof ASTMathNode && !sum)
                || (parent instanceof ASTComparisonNode && !equality)
                || parent instanceof ASTNegateNode;
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

    private static void wrap(Node parent, int at, Node around) {
        Node child = parent.jjtGetChild(at);
        child.jjtSetParent(around);
        around.jjtAddChild(child, 0);
        around.jjtSetParent(parent);
        parent.jjtAddChild(around, at);
    }
}
