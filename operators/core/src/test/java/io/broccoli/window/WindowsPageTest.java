package io.broccoli.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowsPageTest {

    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void whatThePageShowsCompiles(@TempDir Path classes) throws IOException {
        String page = Files.readString(Path.of("../../docs/windows.md"));
        String body = SNIPPET.matcher(page)
                .results()
                .map(MatchResult::group)
                .map(WindowsPageTest::code)
                .collect(Collectors.joining("\n"));
        assertThat(body).contains("EventFeed", "canvas.chord", "asOf");
        String source = """
                import io.broccoli.canvas.*;
                import io.broccoli.cluster.*;
                import io.broccoli.feed.*;
                import io.broccoli.task.*;
                import io.broccoli.window.*;
                import java.time.*;
                import java.util.*;
                import reactor.core.publisher.Flux;

                abstract class Page {
                    abstract <T> Flux<T> catalogue(Class<T> type);

                    void page(Cluster cluster, Canvas canvas) {
                %s
                    }
                }
                """.formatted(body);
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK");
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///Page.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        StringWriter errors = new StringWriter();
        List<String> options = List.of("-proc:none", "-d", classes.toString(), "-classpath", classPath());
        boolean compiles = compiler.getTask(errors, null, null, options, null, List.of(file))
                .call();
        assertThat(compiles).as("%s", errors).isTrue();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static String code(String snippet) {
        return snippet.substring("```java\n".length(), snippet.length() - "```".length());
    }
}
