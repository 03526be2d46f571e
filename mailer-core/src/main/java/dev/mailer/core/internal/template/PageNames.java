// SPDX-License-Identifier: Apache-2.0
package dev.mailer.core.internal.template;

import dev.mailer.core.template.VariableType;
import dev.mailer.core.template.VariableType.Plain;
import dev.mailer.core.template.VariableType.Structure;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.velocity.runtime.parser.node.ASTDirective;
import org.apache.velocity.runtime.parser.node.ASTReference;
import org.apache.velocity.runtime.parser.node.ASTSetDirective;
import org.apache.velocity.runtime.parser.node.Node;
import org.jspecify.annotations.Nullable;

/** The names that one page knows while it is walked through: the variables, and what its files give names to themselves. */
final class PageNames {
    private final Structure variables;
    private final Set<String> used;
    private final Map<String, VariableType> own = new HashMap<>();
    /** How often the files give a name a value. */
    private final Map<String, Integer> assignments = new HashMap<>();

    /** @param used gets the names of the variables that are asked for */
    PageNames(Structure variables, Set<String> used, List<Node> trees) {
        this.variables = variables;
        this.used = used;
        trees.forEach(this::count);
    }

    private void count(Node node) {
        boolean gives = node instanceof ASTSetDirective
                || (node instanceof ASTDirective directive
                        && directive.getDirectiveName().equals("define"));
        if (gives && node.jjtGetChild(0) instanceof ASTReference name) {
            assignments.merge(name.getRootString(), 1, Integer::sum);
        }
        for (int i = 0; i < node.jjtGetNumChildren(); i++) {
            count(node.jjtGetChild(i));
        }
    }

    @Nullable
    VariableType find(String name) {
        VariableType found = own.get(name);
        if (found != null) {
            return found;
        }
        VariableType variable = variables.parts().get(name);
        if (variable != null) {
            used.add(name);
        }
        return variable;
    }

    /** Whether it may ever have a value. */
    boolean knows(String name) {
        return own.containsKey(name) || variables.parts().containsKey(name) || assigned(name);
    }

    /** Whether some file gives it a value, now or later. */
    boolean assigned(String name) {
        return assignments.containsKey(name);
    }

    /** A name gets a value; its type is sure when there is no other place that does it. */
    void assign(String name, VariableType type) {
        boolean sure =
                assignments.getOrDefault(name, 0) == 1 && !variables.parts().containsKey(name);
        own.put(name, sure ? type : Plain.UNKNOWN);
    }

    /** A name that is known in a loop or macro only; gives back what {@link #leave} needs. */
    @Nullable
    VariableType enter(String name, VariableType type) {
        return own.put(name, type);
    }

    void leave(String name, @Nullable VariableType before) {
        if (before == null) {
            own.remove(name);
        } else {
            own.put(name, before);
        }
    }

    String variablesName() {
        return TypedAccess.name(variables);
    }

    Set<String> all() {
        Set<String> all = new LinkedHashSet<>(variables.parts().keySet());
        all.addAll(own.keySet());
        return all;
    }
}
