// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.api.InvalidEmailException;
import dev.mailer.core.template.VariableType;
import dev.mailer.core.template.VariableType.Plain;
import dev.mailer.core.template.VariableType.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.velocity.runtime.parser.node.ASTAndNode;
import org.apache.velocity.runtime.parser.node.ASTBlock;
import org.apache.velocity.runtime.parser.node.ASTExpression;
import org.apache.velocity.runtime.parser.node.ASTIdentifier;
import org.apache.velocity.runtime.parser.node.ASTIfStatement;
import org.apache.velocity.runtime.parser.node.ASTIndex;
import org.apache.velocity.runtime.parser.node.ASTMethod;
import org.apache.velocity.runtime.parser.node.ASTNotNode;
import org.apache.velocity.runtime.parser.node.ASTOrNode;
import org.apache.velocity.runtime.parser.node.ASTReference;
import org.apache.velocity.runtime.parser.node.ASTStringLiteral;
import org.apache.velocity.runtime.parser.node.ASTprocess;
import org.apache.velocity.runtime.parser.node.Node;
import org.jspecify.annotations.Nullable;

/** Finds what the references of one file lead to, and says so where they lead nowhere. */
final class References {
    private static final TemplateTool FORMATS = new FormatTool(Locale.ENGLISH);
    private static final int TAB = 8;

    private final SourceFile file;
    /** A layout is shared by templates with other variables: it may ask for what this one has not. */
    private final boolean layout;

    private final MessagesTool messages;
    private final Set<String> problems;
    private int loops;
    private int late;

    /** @param problems gets what is wrong, each once */
    References(SourceFile file, boolean layout, MessagesTool messages, Set<String> problems) {
        this.file = file;
        this.layout = layout;
        this.messages = messages;
        this.problems = problems;
    }

    void inLoop(Runnable body) {
        loops++;
        late(body);
        loops--;
    }

    /** Goes through what runs more than once, or elsewhere: a name that is assigned further down may have its value by then. */
    void late(Runnable body) {
        late++;
        body.run();
        late--;
    }

    void wrong(Node at, String reference, String what) {
        problems.add(file.path() + "[line " + at.getLine() + "]: " + reference + ": " + what);
    }

    VariableType type(ASTReference node, PageNames names, Function<Node, VariableType> types) {
        List<Node> steps = steps(node);
        String name = node.getRootString();
        String path = "$" + name;
        VariableType type;
        int next = 0;
        if (CompiledTemplate.RESERVED.contains(name)) {
            type = tool(node, name, steps, types);
            next = 1;
        } else if (name.equals("foreach") && (loops > 0 || late > 0)) {
            type = loop(node, steps);
            next = 1;
        } else {
            type = layout && name.equals(CompiledTemplate.CONTENT) ? Plain.UNKNOWN : root(node, path, names);
        }
        for (Node step : steps.subList(Math.min(next, steps.size()), steps.size())) {
            path += text(step);
            List<VariableType> given = given(step, types);
            VariableType to = step(step, type, given);
            String problem = to == null ? refusal(step, type) : ArgumentTypes.problem(type, called(step), given);
            if (problem != null) {
                wrong(node, path, problem);
            }
            type = to == null || problem != null ? Plain.UNKNOWN : to;
        }
        if (!TypedAccess.prints(type) && isPrinted(node)) {
            wrong(node, path, "prints " + TypedAccess.name(type) + ", of which only parts can be printed");
        }
        return type;
    }

    private VariableType root(ASTReference node, String path, PageNames names) {
        String name = node.getRootString();
        VariableType type = names.find(name);
        if (type != null) {
            return type;
        }
        boolean assigned = names.assigned(name) && (late > 0 || asks(node));
        if (!assigned && !(layout && asks(node))) {
            wrong(
                    node,
                    path,
                    names.variablesName() + " has no component '" + name + "'" + Nearest.hint(name, names.all()));
        }
        return Plain.UNKNOWN;
    }

    /** Where a variable that is missing is no error: in a condition by itself, and where another value stands beside it. */
    private static boolean asks(ASTReference node) {
        Node parent = node.jjtGetParent();
        boolean condition = parent instanceof ASTExpression
                || parent instanceof ASTNotNode
                || parent instanceof ASTAndNode
                || parent instanceof ASTOrNode;
        if (steps(node).size() < node.jjtGetNumChildren()) {
            return true;
        }
        Node above = parent;
        while (condition && above != null && !(above instanceof ASTIfStatement)) {
            above = above.jjtGetParent();
        }
        return condition && above != null && node.jjtGetNumChildren() == 0;
    }

    /** What a condition comes to whatever the values are, because of variables that are never there; null when it depends. */
    @Nullable
    Boolean known(Node condition, PageNames names) {
        if (condition instanceof ASTExpression) {
            return known(condition.jjtGetChild(0), names);
        }
        if (condition instanceof ASTNotNode) {
            Boolean known = known(condition.jjtGetChild(0), names);
            return known == null ? null : Boolean.valueOf(!known);
        }
        boolean or = condition instanceof ASTOrNode;
        if (or || condition instanceof ASTAndNode) {
            Boolean left = known(condition.jjtGetChild(0), names);
            Boolean right = known(condition.jjtGetChild(1), names);
            boolean decides =
                    Boolean.valueOf(or).equals(left) || Boolean.valueOf(or).equals(right);
            return decides ? Boolean.valueOf(or) : left == null || right == null ? null : Boolean.valueOf(!or);
        }
        boolean absent = condition instanceof ASTReference reference
                && reference.jjtGetNumChildren() == 0
                && !CompiledTemplate.RESERVED.contains(reference.getRootString())
                && !Set.of("foreach", CompiledTemplate.CONTENT).contains(reference.getRootString())
                && !names.knows(reference.getRootString());
        return absent ? Boolean.FALSE : null;
    }

    private VariableType tool(ASTReference node, String name, List<Node> steps, Function<Node, VariableType> types) {
        TemplateTool tool = name.equals("raw") ? RawHtml.Tool.INSTANCE : name.equals("msg") ? messages : FORMATS;
        if (steps.isEmpty() || !(steps.get(0) instanceof ASTMethod method)) {
            wrong(node, "$" + name, "is there to be called");
            return Plain.UNKNOWN;
        }
        List<VariableType> arguments = arguments(method, types);
        if (!tool.has(method.getMethodName(), arguments.size())) {
            wrong(
                    node,
                    "$" + name + text(method),
                    "there is no such call with " + arguments.size() + " values in brackets");
        } else {
            List<@Nullable String> written = written(method);
            String problem = ArgumentTypes.problem(tool, method.getMethodName(), arguments, written);
            if (problem != null) {
                wrong(node, "$" + name + text(method), problem);
            }
            if (tool == messages) {
                message(node, method, arguments);
            }
        }
        return method.getMethodName().equals("html") ? Plain.UNKNOWN : Plain.TEXT;
    }

    private void message(ASTReference node, ASTMethod method, List<VariableType> arguments) {
        String call = "$msg" + text(method);
        for (int i = 1; i < arguments.size(); i++) {
            if (!TypedAccess.prints(arguments.get(i))) {
                wrong(node, call, "is given " + TypedAccess.name(arguments.get(i)) + " for {" + (i - 1) + "}");
            }
        }
        String key = constant(method.jjtGetChild(1));
        if (key != null) {
            try {
                messages.check(key, arguments.size() - 1);
            } catch (InvalidEmailException e) {
                wrong(node, call, PlainUberspector.withoutField(e));
            }
        }
    }

    private VariableType loop(ASTReference node, List<Node> steps) {
        if (steps.isEmpty()) {
            return Plain.UNKNOWN;
        }
        Node step = steps.get(0);
        String name = step instanceof ASTMethod method ? method.getMethodName() : step.getFirstTokenImage();
        boolean called = step instanceof ASTMethod;
        if (called ? !name.equals("hasNext") : !PlainUberspector.LOOP.contains(name)) {
            wrong(
                    node,
                    "$foreach" + text(step),
                    "a loop has no '" + name + "'" + Nearest.hint(name, new TreeSet<>(PlainUberspector.LOOP)));
        }
        return Set.of("index", "count").contains(name) ? Plain.NUMBER : Plain.BOOLEAN;
    }

    private static @Nullable VariableType step(Node step, VariableType of, List<VariableType> given) {
        if (step instanceof ASTMethod method) {
            return TypedAccess.call(of, method.getMethodName(), given.size(), key(step));
        }
        if (step instanceof ASTIndex) {
            return TypedAccess.call(of, "get", 1, given.get(0) == Plain.TEXT ? key(step) : null);
        }
        return TypedAccess.property(of, step.getFirstTokenImage());
    }

    /** What is in the brackets of a step; nothing for one without. */
    private static List<VariableType> given(Node step, Function<Node, VariableType> types) {
        if (step instanceof ASTMethod method) {
            return arguments(method, types);
        }
        return step instanceof ASTIndex index ? List.of(types.apply(index.jjtGetChild(0))) : List.of();
    }

    private static String called(Node step) {
        return step instanceof ASTMethod method ? method.getMethodName() : "get";
    }

    private static String refusal(Node step, VariableType of) {
        String name = step instanceof ASTIdentifier ? step.getFirstTokenImage() : key(step);
        if (name != null && of instanceof Structure structure) {
            return TypedAccess.name(of) + " has no component '" + name + "'"
                    + Nearest.hint(name, structure.parts().keySet());
        }
        return step instanceof ASTIdentifier
                ? TypedAccess.name(of) + " has no '" + name + "'"
                : "this cannot be called of " + TypedAccess.name(of);
    }

    /** What {@code get} is called with, or brackets hold, when it is written out; else null. */
    private static @Nullable String key(Node step) {
        if (step instanceof ASTMethod method) {
            boolean get = method.getMethodName().equals("get") && method.jjtGetNumChildren() == 2;
            return get ? constant(method.jjtGetChild(1)) : null;
        }
        return constant(step.jjtGetChild(0));
    }

    private static List<Node> steps(ASTReference node) {
        return children(node).filter(child -> !(child instanceof ASTExpression)).toList();
    }

    private static List<VariableType> arguments(ASTMethod method, Function<Node, VariableType> types) {
        return children(method).skip(1).map(types).toList();
    }

    /** The arguments that are strings written out, null for the others. */
    private static List<@Nullable String> written(ASTMethod method) {
        List<@Nullable String> written = new ArrayList<>();
        children(method).skip(1).forEach(argument -> written.add(constant(argument)));
        return written;
    }

    private static Stream<Node> children(Node node) {
        return IntStream.range(0, node.jjtGetNumChildren()).mapToObj(node::jjtGetChild);
    }

    /** A string that is written out; null for anything else. */
    private static @Nullable String constant(Node node) {
        Node inner = node instanceof ASTExpression && node.jjtGetNumChildren() == 1 ? node.jjtGetChild(0) : node;
        if (inner instanceof ASTStringLiteral literal && literal.isConstant()) {
            String quoted = literal.literal().strip();
            return quoted.substring(1, quoted.length() - 1);
        }
        return null;
    }

    private static String text(Node step) {
        if (step instanceof ASTMethod method) {
            return "." + method.getMethodName() + "()";
        }
        return step instanceof ASTIndex ? "[]" : "." + step.getFirstTokenImage();
    }

    private boolean isPrinted(ASTReference node) {
        Node parent = node.jjtGetParent();
        return (parent instanceof ASTBlock || parent instanceof ASTprocess) && !isEscaped(node);
    }

    /** {@code \$items} prints the name, {@code \\$items} a backslash and the value. */
    private boolean isEscaped(ASTReference node) {
        String line = file.content()
                .lines()
                .skip(Math.max(0, node.getLine() - 1))
                .findFirst()
                .orElse("");
        String token = line.substring(index(line, node.getColumn()));
        return token.chars().takeWhile(c -> c == '\\').count() % 2 == 1;
    }

    /** Where a column of Velocity's is, for which a tab goes up to the next multiple of eight. */
    private static int index(String line, int wanted) {
        int column = 0;
        for (int at = 0; at < line.length(); at++) {
            column = line.charAt(at) == '\t' ? (column / TAB + 1) * TAB : column + 1;
            if (column >= wanted) {
                return at;
            }
        }
        return line.length();
    }
}
