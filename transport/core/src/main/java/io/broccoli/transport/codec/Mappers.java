package io.broccoli.transport.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.lang.ref.WeakReference;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Jackson's mappers: one for all classes that stay, and one for each class loader beside this library's. A mapper remembers the
 * classes that it met; that of a class loader is held by its classes alone, so that it goes with them.
 */
final class Mappers {

    private static final int REMEMBERED_TYPES = 200;
    private static final String FACTORY = "org.msgpack.jackson.dataformat.MessagePackFactory";
    private static final @Nullable ClassLoader OWN = Mappers.class.getClassLoader();

    private static final Map<ClassLoader, WeakReference<ObjectMapper>> OTHERS = new WeakHashMap<>();

    private static final ClassValue<ObjectMapper> OF_OTHERS = new ClassValue<>() {
        @Override
        protected ObjectMapper computeValue(Class<?> type) {
            return ofLoader(Objects.requireNonNull(type.getClassLoader()));
        }
    };

    /** Made when the first object is met: who only has plain values does not pay for it. */
    private static final class Own {
        static final ObjectMapper MAPPER = mapper();
    }

    private Mappers() {}

    static ObjectMapper of(Type type) {
        Class<?> other = ofAnotherLoader(type);
        return other == null ? Own.MAPPER : OF_OTHERS.get(other);
    }

    private static ObjectMapper ofLoader(ClassLoader loader) {
        synchronized (OTHERS) {
            WeakReference<ObjectMapper> known = OTHERS.get(loader);
            ObjectMapper mapper = known == null ? null : known.get();
            if (mapper == null) {
                mapper = mapper();
                OTHERS.put(loader, new WeakReference<>(mapper));
            }
            return mapper;
        }
    }

    private static @Nullable Class<?> ofAnotherLoader(Type type) {
        if (type instanceof Class<?> raw) {
            if (raw.isArray()) {
                return ofAnotherLoader(raw.getComponentType());
            }
            ClassLoader loader = raw.getClassLoader();
            return loader == OWN || loader == null || isAbove(loader) ? null : raw;
        }
        if (type instanceof ParameterizedType generic) {
            Class<?> found = ofAnotherLoader(generic.getRawType());
            for (Type each : generic.getActualTypeArguments()) {
                found = found == null ? ofAnotherLoader(each) : found;
            }
            return found;
        }
        return null;
    }

    private static boolean isAbove(ClassLoader loader) {
        for (ClassLoader each = OWN; each != null; each = each.getParent()) {
            if (each == loader) {
                return true;
            }
        }
        return false;
    }

    private static ObjectMapper mapper() {
        return JsonMapper.builder(messagePack())
                .typeFactory(TypeFactory.defaultInstance().withCache(new LRUMap<>(16, REMEMBERED_TYPES)))
                .findAndAddModules()
                .addModules(new Jdk8Module(), new JavaTimeModule(), JacksonTypes.module())
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(
                        SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                        SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .enable(SerializationFeature.WRITE_DATES_WITH_ZONE_ID)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .build();
    }

    /** Loaded by name: its jar states no module name that {@code module-info} could require. */
    private static JsonFactory messagePack() {
        try {
            Class<?> type = Class.forName(FACTORY);
            Object factory = type.getConstructor().newInstance();
            // one unpacker for each thread would be shared by values that are read while others are
            type.getMethod("setReuseResourceInParser", boolean.class).invoke(factory, false);
            return (JsonFactory) factory;
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException(
                    FACTORY + " cannot be used: add the artifact org.msgpack:jackson-dataformat-msgpack", missing);
        }
    }
}
