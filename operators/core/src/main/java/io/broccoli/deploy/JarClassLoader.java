package io.broccoli.deploy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one version of a jar, held in memory: there is no file to close, and what still runs on an older version finds all of
 * it. Its own classes come before those of the application, so that a newer version of what the application has too is used; but
 * what both sides must share comes from the application.
 */
final class JarClassLoader extends ClassLoader {

    /** Of all entries; a small jar can claim to be very large. */
    static final int MAX_UNPACKED = 32 << 20;

    static final int MAX_ENTRIES = 10_000;

    private static final String CLASS = ".class";
    private static final List<String> SHARED =
            List.of("java.", "javax.", "io.broccoli.", "reactor.", "org.reactivestreams.", "org.jspecify.");

    private final String jar;
    private final Map<String, byte[]> entries;

    static {
        registerAsParallelCapable();
    }

    private JarClassLoader(String jar, Map<String, byte[]> entries, @Nullable ClassLoader parent) {
        super(jar, parent);
        this.jar = jar;
        this.entries = entries;
    }

    /** @throws ModuleException if it is no jar, or too large */
    static JarClassLoader of(String name, byte[] jar) {
        Map<String, byte[]> entries = new HashMap<>();
        // Not as a JarInputStream, which would read a manifest before anybody could see how large it is.
        int left = MAX_UNPACKED;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] bytes = in.readNBytes(left + 1);
                left -= bytes.length;
                if (left < 0 || entries.size() == MAX_ENTRIES) {
                    throw new ModuleException(
                            "a jar has at most " + MAX_ENTRIES + " files of " + MAX_UNPACKED + " bytes in all");
                }
                if (!entry.isDirectory()) {
                    entries.put(entry.getName(), bytes);
                }
            }
        } catch (IOException | IllegalArgumentException damaged) {
            throw new ModuleException("it is no jar that can be read: " + damaged.getMessage(), damaged);
        }
        if (entries.isEmpty()) {
            throw new ModuleException("it is no jar, or an empty one");
        }
        return new JarClassLoader(name, entries, JarClassLoader.class.getClassLoader());
    }

    /** The names of the classes whose bytes have one of these texts, in order. */
    List<String> classesThatMention(String... texts) {
        List<byte[]> sought = Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        return entries.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(CLASS)
                        && !entry.getKey().startsWith("META-INF/")
                        && sought.stream().anyMatch(text -> contains(entry.getValue(), text)))
                .map(entry -> entry.getKey()
                        .substring(0, entry.getKey().length() - CLASS.length())
                        .replace('/', '.'))
                .sorted()
                .toList();
    }

    private static boolean contains(byte[] bytes, byte[] sought) {
        for (int i = 0; i <= bytes.length - sought.length; i++) {
            if (bytes[i] == sought[0]
                    && java.util.Arrays.equals(bytes, i, i + sought.length, sought, 0, sought.length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known == null && (SHARED.stream().anyMatch(name::startsWith) || !entries.containsKey(file(name)))) {
                return super.loadClass(name, resolve); // what the parent does not have comes from findClass
            }
            Class<?> found = known == null ? findClass(name) : known;
            if (resolve) {
                resolveClass(found);
            }
            return found;
        }
    }

    /** In the application's domain: threads that are started meanwhile keep the domains of all callers, and these their loaders. */
    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = entries.get(file(name));
        if (bytes == null) {
            throw new ClassNotFoundException(name + " is neither in the jar " + jar + " nor in the application");
        }
        return defineClass(name, bytes, 0, bytes.length, JarClassLoader.class.getProtectionDomain());
    }

    private static String file(String type) {
        return type.replace('.', '/') + CLASS;
    }

    @Override
    protected @Nullable URL findResource(String name) {
        byte[] bytes = entries.get(name);
        return bytes == null ? null : url(name, bytes);
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        URL found = findResource(name);
        return found == null ? Collections.emptyEnumeration() : Collections.enumeration(List.of(found));
    }

    private URL url(String name, byte[] bytes) {
        try {
            return new URL("module", jar, -1, "/" + name, new URLStreamHandler() {
                @Override
                protected URLConnection openConnection(URL url) {
                    return new Entry(url, bytes);
                }
            });
        } catch (MalformedURLException impossible) { // its protocol has a handler
            throw new AssertionError(impossible);
        }
    }

    private static final class Entry extends URLConnection {
        private final byte[] bytes;

        Entry(URL url, byte[] bytes) {
            super(url);
            this.bytes = bytes;
        }

        @Override
        public void connect() {
            connected = true;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
