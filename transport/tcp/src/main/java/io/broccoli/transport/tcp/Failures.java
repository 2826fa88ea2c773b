package io.broccoli.transport.tcp;

import io.broccoli.transport.tcp.TcpConnectionException.Reason;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in words of the user what went wrong between members. */
final class Failures {

    private Failures() {}

    static TcpConnectionException notConnected(String member) {
        return of(Reason.NOT_CONNECTED, "there is no connection to '" + member + "'", null);
    }

    static TcpConnectionException notStarted(String self) {
        return of(Reason.NOT_CONNECTED, "'" + self + "' was not started yet", null);
    }

    static TcpConnectionException closed(String self) {
        return of(Reason.NOT_CONNECTED, "'" + self + "' was closed", null);
    }

    static TcpConnectionException alone() {
        return of(Reason.LOST, "the last connection to a member ended", null);
    }

    static TcpConnectionException silent(String member, String where, long nanos) {
        return of(
                Reason.LOST,
                "no message from '" + member + "' at " + where + " for " + TimeUnit.NANOSECONDS.toSeconds(nanos) + " s",
                null);
    }

    static TcpConnectionException deaf(String member, String where) {
        return of(
                Reason.LOST,
                "'" + member + "' at " + where + " does not accept announcements: too many bytes wait for it",
                null);
    }

    static TcpConnectionException replaced(String member, String where) {
        return of(Reason.LOST, "another connection to '" + member + "' took the place of that to " + where, null);
    }

    static TcpConnectionException listening(TcpSettings settings, Throwable cause) {
        Object where = settings.listen() == null ? "any port" : settings.listen();
        return of(Reason.NOT_LISTENING, "cannot listen at " + where + ": " + words(cause), cause);
    }

    static TcpConnectionException refusing(String where, Refusal refusal) {
        String why =
                switch (refusal) {
                    case NAME_TAKEN -> "has the name of another member";
                    case FUTURE -> "says that it was started more than a day from now: a clock is wrong";
                    case CERTIFICATE -> "has a certificate that does not name it";
                    default -> refusal.words;
                };
        return of(
                refusal == Refusal.NAME_TAKEN ? Reason.NAME_TAKEN : Reason.REFUSED,
                "refused the connection with " + where + ": it " + why,
                null);
    }

    static TcpConnectionException refused(String self, String where, Refusal refusal) {
        if (refusal == Refusal.NAME_TAKEN) {
            return of(
                    Reason.NAME_TAKEN,
                    where + " refused this member: another one also calls itself '" + self + "'",
                    null);
        }
        return of(Reason.REFUSED, where + " refused this member: it " + refusal.words, null);
    }

    static TcpConnectionException dialing(Host host, Throwable error) {
        SSLException tls = find(SSLException.class, error);
        if (tls != null) {
            return of(Reason.TLS, "TLS with " + host + " failed: " + words(tls), error);
        }
        if (find(UnknownHostException.class, error) != null) {
            return of(Reason.UNKNOWN_HOST, "the host of " + host + " is unknown", error);
        }
        String why = error instanceof ConnectException && words(error).contains("refused")
                ? "Connection refused"
                : words(error);
        return of(Reason.UNREACHABLE, "cannot reach " + host + ": " + why, error);
    }

    private static TcpConnectionException of(Reason reason, String message, @Nullable Throwable cause) {
        return new TcpConnectionException(reason, message, cause);
    }

    private static String words(Throwable error) {
        Throwable deepest = error;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message;
    }

    private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
        }
        return null;
    }
}
