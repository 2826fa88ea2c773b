package io.broccoli.route;

/** Code shared by the factories of {@link Router}. */
final class Routers {

    private static final Route ANY = new Route.Any();
    static final Router LEAST_LOADED = element -> ANY;

    private Routers() {}
}
