// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.core.template.VariableType;
import dev.mailer.core.template.VariableType.ListOf;
import dev.mailer.core.template.VariableType.Plain;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.velocity.runtime.parser.node.ASTAddNode;
import org.apache.velocity.runtime.parser.node.ASTAndNode;
import org.apache.velocity.runtime.parser.node.ASTBlock;
import org.apache.velocity.runtime.parser.node.ASTDirective;
import org.apache.velocity.runtime.parser.node.ASTDirectiveAssign;
import org.apache.velocity.runtime.parser.node.ASTElseIfStatement;
import org.apache.velocity.runtime.parser.node.ASTElseStatement;
import org.apache.velocity.runtime.parser.node.ASTExpression;
import org.apache.velocity.runtime.parser.node.ASTFloatingPointLiteral;
import org.apache.velocity.runtime.parser.node.ASTIfStatement;
import org.apache.velocity.runtime.parser.node.ASTIntegerLiteral;
import org.apache.velocity.runtime.parser.node.ASTIntegerRange;
import org.apache.velocity.runtime.parser.node.ASTObjectArray;
import org.apache.velocity.runtime.parser.node.ASTOrNode;
import org.apache.velocity.runtime.parser.node.ASTReference;
import org.apache.velocity.runtime.parser.node.ASTSetDirective;
import org.apache.velocity.runtime.parser.node.ASTStringLiteral;
import org.apache.velocity.runtime.parser.node.Node;
import org.apache.velocity.runtime.parser.node.SimpleNode;
import org.apache.velocity.runtime.parser.node.StandardParserDefaultVisitor;
import org.jspecify.annotations.Nullable;

/**
 * Walks through one file as a rendering would, with types in place of values. What it cannot know it takes for right. Each visit
 * gives the type of what it visits.
 */
final class ReferenceCheck extends StandardParserDefaultVisitor {
    private final PageNames names;
    private final References references;
    private final Map<String, ASTDirective> macros = new HashMap<>();
    /** Macros by what they were called with, so that each is gone through once and none within itself for ever. */
    private final Set<List<Object>> called = new HashSet<>();

    private final Deque<String> running = new ArrayDeque<>();

    ReferenceCheck(PageNames names, References references, Node tree) {
        this.names = names;
        this.references = references;
        collect(tree);
    }

    private void collect(Node node) {
        if (node instanceof ASTDirective d && d.getDirectiveName().equals("macro") && d.jjtGetNumChildren() > 1) {
            macros.put(d.jjtGetChild(0).getFirstTokenImage(), d);
        }
        for (int i = 0; i < node.jjtGetNumChildren(); i++) {
            collect(node.jjtGetChild(i));
        }
    }

    @Override
    public Object defaultVisit(SimpleNode node, @Nullable Object data) {
        for (int i = 0; i < node.jjtGetNumChildren(); i++) {
            type(node.jjtGetChild(i));
        }
        return Plain.UNKNOWN;
    }

    VariableType type(Node node) {
        return (VariableType) node.jjtAccept(this, null);
    }

    @Override
    public Object visit(ASTReference node, @Nullable Object data) {
        return references.type(node, names, this::type);
    }

    @Override
    public Object visit(ASTExpression node, @Nullable Object data) {
        return node.jjtGetNumChildren() == 1 ? type(node.jjtGetChild(0)) : defaultVisit(node, data);
    }

    @Override
    public Object visit(ASTSetDirective node, @Nullable Object data) {
        VariableType value = type(node.jjtGetChild(1));
        ASTReference name = (ASTReference) node.jjtGetChild(0);
        if (name.jjtGetNumChildren() > 0) {
            references.wrong(name, name.literal(), "only a name can be set, not a part of its value");
        } else {
            // A macro is gone through once for many calls, so what the last of them sets is not known.
            names.assign(name.getRootString(), running.isEmpty() ? value : Plain.UNKNOWN);
        }
        return Plain.UNKNOWN;
    }

    @Override
    public Object visit(ASTAndNode node, @Nullable Object data) {
        return either(node, Boolean.FALSE);
    }

    @Override
    public Object visit(ASTOrNode node, @Nullable Object data) {
        return either(node, Boolean.TRUE);
    }

    /** Its right side is left out where the left one decides. */
    private VariableType either(Node node, Boolean deciding) {
        Node left = node.jjtGetChild(0);
        type(left);
        if (!deciding.equals(references.known(left, names))) {
            type(node.jjtGetChild(1));
        }
        return Plain.UNKNOWN;
    }

    /** What is never rendered is left out: a layout asks for a variable before it prints it. */
    @Override
    public Object visit(ASTIfStatement node, @Nullable Object data) {
        boolean decided = false;
        for (int i = 0; i < node.jjtGetNumChildren() && !decided; i++) {
            Node child = node.jjtGetChild(i);
            boolean first = child instanceof ASTExpression;
            if (first || child instanceof ASTElseIfStatement) {
                Node condition = first ? child : child.jjtGetChild(0);
                type(condition);
                Boolean known = references.known(condition, names);
                if (known == null || known) {
                    type(first ? node.jjtGetChild(++i) : child.jjtGetChild(1));
                } else if (first) {
                    i++;
                }
                decided = known != null && known;
            } else if (child instanceof ASTElseStatement || child instanceof ASTBlock) {
                type(child);
            }
        }
        return Plain.UNKNOWN;
    }

    @Override
    public Object visit(ASTDirective node, @Nullable Object data) {
        switch (node.getDirectiveName()) {
            case "foreach" -> loop(node);
            case "define" -> define(node);
            case "macro" -> {}
            default -> call(node);
        }
        return Plain.UNKNOWN;
    }

    private void loop(ASTDirective node) {
        String name = node.jjtGetChild(0) instanceof ASTReference each ? each.getRootString() : "";
        Node source = node.jjtGetChild(2);
        VariableType all = type(source);
        VariableType item = TypedAccess.item(all);
        if (item == null) {
            references.wrong(source, source.literal().strip(), "a loop cannot go through " + TypedAccess.name(all));
            item = Plain.UNKNOWN;
        }
        VariableType before = names.enter(name, item);
        references.inLoop(() -> type(node.jjtGetChild(3)));
        names.leave(name, before);
        for (int i = 4; i < node.jjtGetNumChildren(); i++) {
            type(node.jjtGetChild(i));
        }
    }

    private void define(ASTDirective node) {
        if (node.jjtGetChild(0) instanceof ASTReference name) {
            names.assign(name.getRootString(), Plain.UNKNOWN);
        }
        references.late(() -> type(node.jjtGetChild(1)));
    }

    /** A macro is gone through with what it is called with; {@code #break} and {@code #stop} have nothing to visit. */
    private void call(ASTDirective node) {
        Map<String, VariableType> arguments = new LinkedHashMap<>();
        ASTDirective macro = macros.get(node.getDirectiveName());
        int given = 0;
        for (int i = 0; i < node.jjtGetNumChildren(); i++) {
            Node child = node.jjtGetChild(i);
            if (child instanceof ASTBlock) {
                references.late(() -> type(child));
                arguments.put("bodyContent", Plain.UNKNOWN);
            } else {
                VariableType type = type(child);
                String parameter = macro == null ? null : parameter(macro, given++);
                if (parameter != null) {
                    arguments.put(parameter, type);
                }
            }
        }
        if (macro != null) {
            run(macro, arguments);
        }
    }

    private void run(ASTDirective macro, Map<String, VariableType> arguments) {
        String name = macro.getDirectiveName() + " " + macro.jjtGetChild(0).getFirstTokenImage();
        for (int i = 0; parameter(macro, i) != null; i++) {
            arguments.putIfAbsent(String.valueOf(parameter(macro, i)), Plain.UNKNOWN);
        }
        if (running.contains(name) || !called.add(List.of(name, Map.copyOf(arguments)))) {
            return;
        }
        running.push(name);
        Map<String, @Nullable VariableType> before = new HashMap<>();
        arguments.forEach((parameter, type) -> before.put(parameter, names.enter(parameter, type)));
        references.late(() -> type(macro.jjtGetChild(macro.jjtGetNumChildren() - 1)));
        before.forEach(names::leave);
        running.pop();
    }

    /** The name of a macro's parameter; null when it has not so many. */
    private static @Nullable String parameter(ASTDirective macro, int wanted) {
        int at = 0;
        for (int i = 1; i < macro.jjtGetNumChildren() - 1; i++) {
            Node child = macro.jjtGetChild(i);
            boolean withDefault = child instanceof ASTDirectiveAssign;
            if (at++ == wanted) {
                String image = child.getFirstTokenImage();
                return image.startsWith("$") ? image.substring(1) : image;
            }
            if (withDefault) {
                i++;
            }
        }
        return null;
    }

    @Override
    public Object visit(ASTStringLiteral node, @Nullable Object data) {
        Node parsed = node instanceof GuardedNodes.Literal literal ? literal.parsed() : null;
        if (parsed != null) {
            type(parsed);
        }
        return Plain.TEXT;
    }

    @Override
    public Object visit(ASTIntegerLiteral node, @Nullable Object data) {
        return Plain.NUMBER;
    }

    @Override
    public Object visit(ASTFloatingPointLiteral node, @Nullable Object data) {
        return Plain.NUMBER;
    }

    @Override
    public Object visit(ASTIntegerRange node, @Nullable Object data) {
        defaultVisit(node, data);
        return new ListOf(Plain.NUMBER);
    }

    @Override
    public Object visit(ASTObjectArray node, @Nullable Object data) {
        defaultVisit(node, data);
        return new ListOf(Plain.UNKNOWN);
    }

    @Override
    public Object visit(ASTAddNode node, @Nullable Object data) {
        VariableType left = type(node.jjtGetChild(0));
        VariableType right = type(node.jjtGetChild(1));
        return left == Plain.TEXT || right == Plain.TEXT ? Plain.TEXT : Plain.UNKNOWN;
    }
}
