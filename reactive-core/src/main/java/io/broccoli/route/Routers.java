package io.broccoli.route;

/** What the factories of {@link Router} share. */
final class Routers {

    private static final Route ANY = new Route.Any();
    static final Router LEAST_LOADED = element -> ANY;

    private Routers() {}

    /** 64-bit FNV-1a of the key's text: the same in each process, unlike {@code hashCode}. */
    static long hash(Object key) {
        long hash = 0xcbf29ce484222325L;
        String text = String.valueOf(key);
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
