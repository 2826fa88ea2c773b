package io.broccoli.transport.broker;

import io.broccoli.transport.broker.AccessRules.Rule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may log in at the broker, and what it may do then. Called on threads of the broker's extensions, several at a time. */
interface Access {

    /**
     * What a client says of itself.
     *
     * @param certified the common name in its certificate, which an authority of the broker signed; null: it has shown none
     */
    record Login(
            String clientId,
            @Nullable String user,
            byte[] password,
            @Nullable String certified) {}

    /** Why a login is refused. */
    enum Reason {
        NO_USER,
        WRONG_USER_OR_PASSWORD,
        CLIENT_ID_OF_ANOTHER
    }

    sealed interface Verdict {}

    /** @param rules null: it may do anything */
    record Admitted(@Nullable List<Rule> rules) implements Verdict {}

    record Refused(Reason reason, String why) implements Verdict {}

    Verdict judge(Login login);

    /** One user name and password for all, who may do anything. */
    record Shared(String user, String password) implements Access {

        @Override
        public Verdict judge(Login login) {
            boolean same = MessageDigest.isEqual(login.password(), password.getBytes(StandardCharsets.UTF_8));
            return user.equals(login.user()) && same ? new Admitted(null) : refused(login);
        }

        /** Omits the password. */
        @Override
        public String toString() {
            return "one user name and password";
        }
    }

    /**
     * A user for each member: of a file, or whoever a certificate names. A client id is {@code cluster:member}, and no cluster has a
     * colon in its name: so that a client can have the id of its user only, and throws out nobody but itself.
     */
    record Members(@Nullable UsersFile users, AccessRules rules) implements Access {

        @Override
        public Verdict judge(Login login) {
            String certified = login.certified();
            String user = certified == null ? login.user() : certified;
            if (user == null || !(certified == null ? hasPassword(user, login) : isCertified(user, login))) {
                return refused(login);
            }
            int colon = login.clientId().indexOf(':');
            if (colon < 1 || !login.clientId().substring(colon + 1).equals(user)) {
                return new Refused(
                        Reason.CLIENT_ID_OF_ANOTHER, "the client id of user '" + user + "' must be CLUSTER:" + user);
            }
            return new Admitted(rules.of(user));
        }

        private boolean hasPassword(String user, Login login) {
            return users != null && users.admits(user, login.password());
        }

        /** Who signs certificates may write anything into them; who says another name beside it is mistaken. */
        private static boolean isCertified(String user, Login login) {
            return UsersFile.isName(user) && (login.user() == null || user.equals(login.user()));
        }
    }

    private static Refused refused(Login login) {
        if (login.certified() != null) {
            return new Refused(
                    Reason.WRONG_USER_OR_PASSWORD,
                    "the certificate has no common name that a user can have, or another one than the login");
        }
        return login.user() == null
                ? new Refused(Reason.NO_USER, "a user name and a password are needed")
                : new Refused(Reason.WRONG_USER_OR_PASSWORD, "wrong user name or password");
    }
}
