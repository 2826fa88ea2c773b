package io.broccoli.perf.measure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * TCP payload bytes that both ends of connections have sent, by {@code ss}. Counted for each socket, so that other
 * traffic of the machine does not show.
 */
public final class SocketBytes {

    private static final Pattern SENT = Pattern.compile("\\bbytes_sent:(\\d+)");

    private SocketBytes() {}

    /** Of all sockets with one of these ports at either end; empty where there is no {@code ss} that counts bytes. */
    public static OptionalLong atPorts(int... ports) {
        String sockets = Arrays.stream(ports)
                .mapToObj(port -> "sport = :" + port + " or dport = :" + port)
                .collect(Collectors.joining(" or ", "( ", " )"));
        try {
            Process ss = new ProcessBuilder("ss", "-tinH", sockets)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(ss.getInputStream().readAllBytes(), UTF_8);
            return ss.waitFor() == 0 ? sum(output) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalLong.empty();
        }
    }

    /** Adds up what {@code ss -ti} says of each socket; empty if it says nothing of bytes. */
    static OptionalLong sum(String output) {
        Matcher sent = SENT.matcher(output);
        boolean any = false;
        long sum = 0;
        while (sent.find()) {
            any = true;
            sum += Long.parseLong(sent.group(1));
        }
        return any ? OptionalLong.of(sum) : OptionalLong.empty();
    }
}
