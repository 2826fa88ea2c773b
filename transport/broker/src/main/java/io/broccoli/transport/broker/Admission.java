package io.broccoli.transport.broker;

import java.security.cert.Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a broker is told to admit. Immutable.
 *
 * @param shared one user name and password for all; null: a user for each member, or anybody
 * @param users those with a password
 * @param rules of users; null: those of members
 * @param authorities who sign certificates of users
 */
record Admission(
        @Nullable Access shared,
        @Nullable UsersFile users,
        @Nullable AccessRules rules,
        List<Certificate> authorities) {

    static final Admission ANYBODY = new Admission(null, null, null, List.of());

    static Admission of(Access shared) {
        return new Admission(shared, null, null, List.of());
    }

    Admission withUsers(UsersFile value, @Nullable AccessRules allowed) {
        return new Admission(null, value, allowed == null ? rules : allowed, authorities);
    }

    Admission withAuthorities(List<Certificate> value, @Nullable AccessRules allowed) {
        return new Admission(null, users, allowed == null ? rules : allowed, value);
    }

    /** null: everybody may do anything */
    @Nullable Access access() {
        if (shared != null || users == null && authorities.isEmpty()) {
            return shared;
        }
        return new Access.Members(users, rules == null ? AccessRules.ofMembers() : rules);
    }
}
