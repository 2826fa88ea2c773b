package io.broccoli.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Objects whose methods are tasks, and whose classes and methods throw what they like. */
class MethodTasksTest {

    private static TaskHandler handler(Object object, String task) {
        TaskDefinition definition =
                TaskRegistry.builder().methodsOf(object).build().get(task);
        return Objects.requireNonNull(definition).handler();
    }

    private static Throwable thrown(String how) {
        return catchThrowable(
                () -> handler(new Rude(), "fail").handle(TaskContext.of("n", "p", 1, 1), new Object[] {how}));
    }

    /** Neither an exception nor an error. */
    public static final class Smuggled extends Throwable {
        private static final long serialVersionUID = 1L;
    }

    public static final class Rude {
        @TaskMethod
        public Object fail(@Param("how") String how) throws Throwable {
            switch (how) {
                case "smuggled" -> throw new Smuggled();
                case "checked" -> throw new IOException("no disk");
                case "unchecked" -> throw new IllegalStateException("no mood");
                case "error" -> throw new AssertionError("never");
                case "linkage" -> throw new NoClassDefFoundError("a/b");
                default -> {
                    return Broken.VALUE;
                }
            }
        }
    }

    public static final class Broken {
        static final int VALUE = Integer.parseInt("many");
    }

    @Test
    void whatAMethodThrowsIsThrownAsItIs() {
        assertThat(thrown("smuggled")).isExactlyInstanceOf(Smuggled.class);
        assertThat(thrown("checked")).isExactlyInstanceOf(IOException.class).hasMessage("no disk");
        assertThat(thrown("unchecked")).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(thrown("error")).isExactlyInstanceOf(AssertionError.class);
        assertThat(thrown("linkage")).isExactlyInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void aClassThatCannotBeInitializedIsToldAtEachCall() {
        assertThat(thrown("class")).isExactlyInstanceOf(ExceptionInInitializerError.class);
        assertThat(thrown("class"))
                .isExactlyInstanceOf(NoClassDefFoundError.class)
                .hasMessageContaining("Broken");
    }

    // ---- classes that cannot be read

    /** A type of which the loader below knows nothing. */
    public static final class Gone {}

    public static final class Fragile {
        @TaskMethod
        public int grow(@Param("x") int x) {
            return x + 1;
        }

        public @Nullable Gone gone() {
            return null;
        }
    }

    /** Loads {@link Fragile} anew, and throws for what that needs. */
    private static final class Loader extends ClassLoader {
        private final @Nullable RuntimeException whenAsked;

        Loader(@Nullable RuntimeException whenAsked) {
            super(MethodTasksTest.class.getClassLoader());
            this.whenAsked = whenAsked;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(Gone.class.getName())) {
                if (whenAsked != null) {
                    throw whenAsked;
                }
                throw new ClassNotFoundException(name);
            }
            if (!name.equals(Fragile.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = Objects.requireNonNull(in).readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException impossible) {
                throw new ClassNotFoundException(name, impossible);
            }
        }
    }

    private static Object fragile(@Nullable RuntimeException whenAsked) throws ReflectiveOperationException {
        return new Loader(whenAsked)
                .loadClass(Fragile.class.getName())
                .getDeclaredConstructor()
                .newInstance();
    }

    @Test
    void anObjectWhoseClassLacksAnotherIsRefusedByName() throws Exception {
        Object object = fragile(null);
        assertThatThrownBy(() -> TaskRegistry.builder().methodsOf(object))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the methods of " + Fragile.class.getName() + " cannot be read")
                .hasMessageContaining("NoClassDefFoundError")
                .hasMessageContaining("Gone")
                .hasCauseInstanceOf(LinkageError.class);
    }

    @Test
    void whatAClassLoaderThrowsIsNotAskedForItsMessage() throws Exception {
        class Mute extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new AssertionError("do not ask");
            }
        }
        Object object = fragile(new Mute());
        assertThatThrownBy(() -> TaskRegistry.builder().methodsOf(object))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the methods of " + Fragile.class.getName() + " cannot be read: " + Mute.class.getName());
    }

    // ---- what the compiler makes

    public static final class Generic implements UnaryOperator<Integer> {
        @Override
        @TaskMethod
        public Integer apply(@Param("x") Integer x) {
            return x + 1;
        }
    }

    @Test
    void aMethodThatImplementsAGenericOneIsOneTask() {
        List<TaskDefinition> tasks =
                TaskRegistry.builder().methodsOf(new Generic()).build().all();
        assertThat(tasks).singleElement().satisfies(task -> {
            assertThat(task.name()).isEqualTo("apply");
            assertThat(task.parameters().get(0).type()).isEqualTo(Integer.class);
        });
    }

    public static final class Endless {
        @TaskMethod("a-name-that-does-not-end-a-name-that-does-not-end-a-name-that-does-not-end"
                + "-a-name-that-does-not-end-a-name-that-does-not-end-a-name-that-does-not-end")
        public int one() {
            return 1;
        }
    }

    @Test
    void aNameThatNobodyCanCallIsRefused() {
        assertThatThrownBy(() -> TaskRegistry.builder().methodsOf(new Endless()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a task's name has 1 to 128 characters");
    }
}
