package io.broccoli.task;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code List<element>} as a type that codecs understand. */
record ListType(Type element) implements ParameterizedType {

    static Type of(Type element) {
        return new ListType(element);
    }

    @Override
    public Type[] getActualTypeArguments() {
        return new Type[] {element};
    }

    @Override
    public Type getRawType() {
        return List.class;
    }

    @Override
    public @Nullable Type getOwnerType() {
        return null;
    }

    @Override
    public String getTypeName() {
        return "List<" + element.getTypeName() + ">";
    }
}
