package io.broccoli.transport.tcp;

/**
 * Where somebody listens.
 *
 * @param name a host's name or address; empty: whatever address it is seen from
 * @param port 0: any that is free
 */
record Host(String name, int port) {

    static final int MAX_NAME = 255;
    static final int MAX_PORT = 65_535;

    /**
     * Reads {@code host:port}; an IPv6 address stands in brackets.
     *
     * @throws IllegalArgumentException if it is neither, saying why
     */
    static Host parse(String text, int defaultPort) {
        int end = text.startsWith("[") ? text.indexOf(']') : -1;
        int colon = text.indexOf(':', Math.max(end, 0));
        String name = end > 0 ? text.substring(1, end) : colon < 0 ? text : text.substring(0, colon);
        if (name.isEmpty() || name.length() > MAX_NAME || (end > 0 && end + 1 != (colon < 0 ? text.length() : colon))) {
            throw new IllegalArgumentException("'" + text + "' is not host:port");
        }
        if (colon < 0) {
            return new Host(name, defaultPort);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 0 && port <= MAX_PORT) {
                return new Host(name, port);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + text.substring(colon + 1) + "' is not a port");
    }

    @Override
    public String toString() {
        return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
    }
}
