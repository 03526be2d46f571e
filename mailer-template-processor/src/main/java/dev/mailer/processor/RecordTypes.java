// SPDX-License-Identifier: Apache-2.0
package dev.mailer.processor;

import dev.mailer.core.template.VariableType;
import dev.mailer.core.template.VariableType.ListOf;
import dev.mailer.core.template.VariableType.MapOf;
import dev.mailer.core.template.VariableType.Plain;
import dev.mailer.core.template.VariableType.Structure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/**
 * What templates will see of a record's components: the rules by which the API makes variables of values, for types. A type is refused
 * when none of its values would be taken.
 */
final class RecordTypes {
    private static final String ALLOWED =
            "; allowed are strings, numbers, booleans, enums, what java.time has, records, and lists and maps of them";

    /** A list of lists, a bound of bounds, or a record within itself with ever other types is looked into so deep. */
    private static final int DEEPEST = 8;
    /** Most records that are looked into; what a template sees of the others is not known. */
    private static final int MOST = 1_000;

    private final Elements elements;
    private final Types types;
    private final Map<String, Structure> structures = new HashMap<>();
    /** The records that are being looked into, the innermost first. */
    private final Deque<TypeElement> open = new ArrayDeque<>();

    private int depth;
    private final List<Refused> refused = new ArrayList<>();

    /** @param component the record's, whatever is in it */
    record Refused(String component, String reason) {}

    record Variables(Structure structure, List<Refused> refused) {}

    RecordTypes(Elements elements, Types types) {
        this.elements = elements;
        this.types = types;
    }

    Variables variables(TypeElement record) {
        return new Variables(structure((DeclaredType) record.asType(), ""), refused);
    }

    private Structure structure(DeclaredType record, String path) {
        Map<String, VariableType> parts = new LinkedHashMap<>();
        TypeElement element = (TypeElement) record.asElement();
        Structure structure =
                new Structure(element.getSimpleName().toString(), () -> Collections.unmodifiableMap(parts));
        structures.put(record.toString(), structure);
        open.push(element);
        int outside = depth;
        for (RecordComponentElement component : element.getRecordComponents()) {
            depth = 0;
            String name = component.getSimpleName().toString();
            ExecutableType accessor = (ExecutableType) types.asMemberOf(record, component.getAccessor());
            parts.put(name, type(accessor.getReturnType(), path.isEmpty() ? name : path + "." + name));
        }
        depth = outside;
        open.pop();
        return structure;
    }

    /** A record of a component; not known where records would go on for ever. */
    private VariableType inner(DeclaredType record, String path) {
        Structure known = structures.get(record.toString());
        if (known != null) {
            return known;
        }
        long within = open.stream().filter(record.asElement()::equals).count();
        return within == DEEPEST || structures.size() == MOST ? Plain.UNKNOWN : structure(record, path);
    }

    private VariableType type(TypeMirror type, String path) {
        if (depth == DEEPEST) {
            return Plain.UNKNOWN;
        }
        depth++;
        VariableType found = known(type, path);
        depth--;
        return found;
    }

    private VariableType known(TypeMirror type, String path) {
        return switch (type.getKind()) {
            case BOOLEAN -> Plain.BOOLEAN;
            case BYTE, SHORT, INT, LONG, FLOAT, DOUBLE -> Plain.NUMBER;
            case CHAR, ARRAY -> refuse(type, path, "");
            case DECLARED -> declared((DeclaredType) type, path);
            case TYPEVAR -> type(((TypeVariable) type).getUpperBound(), path);
            case WILDCARD -> bound((WildcardType) type, path);
            default -> Plain.UNKNOWN;
        };
    }

    private VariableType bound(WildcardType type, String path) {
        return type.getExtendsBound() == null ? Plain.UNKNOWN : type(type.getExtendsBound(), path);
    }

    private VariableType declared(DeclaredType type, String path) {
        TypeElement element = (TypeElement) type.asElement();
        if (element.getKind() == ElementKind.RECORD) {
            return inner(type, path);
        }
        if (element.getKind() == ElementKind.ENUM || is(type, "java.lang.CharSequence") || isTime(type, element)) {
            return Plain.TEXT;
        }
        if (is(type, "java.lang.Number")) {
            return Plain.NUMBER;
        }
        if (is(type, "java.lang.Boolean")) {
            return Plain.BOOLEAN;
        }
        if (is(type, "java.util.List")) {
            List<? extends TypeMirror> of = arguments(type, "java.util.List");
            return new ListOf(of.isEmpty() ? Plain.UNKNOWN : type(of.get(0), path + "[]"));
        }
        if (is(type, "java.util.Map")) {
            return map(type, path);
        }
        return mayBe(type, element) ? Plain.UNKNOWN : refuse(type, path, "");
    }

    private VariableType map(DeclaredType type, String path) {
        List<? extends TypeMirror> of = arguments(type, "java.util.Map");
        if (of.isEmpty()) {
            return new MapOf(Plain.UNKNOWN);
        }
        TypeMirror key = of.get(0);
        TypeMirror string = elements.getTypeElement("java.lang.String").asType();
        if (key.getKind() == TypeKind.DECLARED && !types.isSubtype(string, types.erasure(key))) {
            return refuse(type, path, ", whose keys are strings");
        }
        return new MapOf(type(of.get(1), path + "[]"));
    }

    /** What java.time has by itself; other calendars are not written as ISO 8601. */
    private boolean isTime(DeclaredType type, TypeElement element) {
        boolean time = is(type, "java.time.temporal.TemporalAccessor") || is(type, "java.time.temporal.TemporalAmount");
        return time && elements.getPackageOf(element).getQualifiedName().contentEquals("java.time");
    }

    /** Whether a value may be of a type that is taken, such as one of a sealed interface's records. */
    private boolean mayBe(DeclaredType type, TypeElement element) {
        if (element.getKind().isInterface()) {
            return !is(type, "java.util.Set")
                    && !is(type, "java.util.Iterator")
                    && !is(type, "java.util.stream.BaseStream");
        }
        String name = element.getQualifiedName().toString();
        return List.of("java.lang.Object", "java.lang.Record", "java.lang.Enum").contains(name);
    }

    private VariableType refuse(TypeMirror type, String path, String more) {
        int end = path.split("[.\\[]", 2)[0].length();
        refused.add(new Refused(
                path.substring(0, end), "'" + path + "' is a " + type + ", which no mail takes" + ALLOWED + more));
        return Plain.UNKNOWN;
    }

    private boolean is(TypeMirror type, String name) {
        TypeElement element = elements.getTypeElement(name);
        return element != null && types.isSubtype(types.erasure(type), types.erasure(element.asType()));
    }

    /** What a type puts in for the parameters of one above it; empty when it is raw. */
    private List<? extends TypeMirror> arguments(DeclaredType type, String name) {
        Deque<TypeMirror> above = new ArrayDeque<>(List.of(type));
        for (@Nullable TypeMirror next = above.poll(); next != null; next = above.poll()) {
            if (next instanceof DeclaredType declared
                    && ((TypeElement) declared.asElement()).getQualifiedName().contentEquals(name)) {
                return declared.getTypeArguments();
            }
            above.addAll(types.directSupertypes(next));
        }
        return List.of();
    }
}
