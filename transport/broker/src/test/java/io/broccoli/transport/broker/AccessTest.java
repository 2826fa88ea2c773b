package io.broccoli.transport.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.transport.broker.AccessRules.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users and rules, without a broker. */
@SuppressWarnings("NullAway.Init") // JUnit fills the field
class AccessTest {

    /** By mosquitto_passwd 2.0.11, of "secret". */
    private static final String BY_MOSQUITTO =
            "ann:$7$101$I7qt8TMcf8FGqNAC$4gE4Zz5DcUXu3LPQFUsEWPp59Y/Xo1X+fnFOSChH+LQ6"
                    + "+bqe1wUMTURV85tMCSeJUfHrcfF0mMoQTOwMFuiGnA==";

    @TempDir
    private Path folder;

    private Path file(String... lines) throws Exception {
        return Files.write(folder.resolve("passwords"), List.of(lines));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void aFileOfMosquittoIsUnderstood() throws Exception {
        UsersFile users = UsersFile.open(file("# members", "", BY_MOSQUITTO));
        assertThat(users.admits("ann", bytes("secret"))).isTrue();
        assertThat(users.admits("ann", bytes("secreT"))).isFalse();
        assertThat(users.admits("ann", bytes(""))).isFalse();
        assertThat(users.admits("ann", new byte[] {(byte) 0xff})).isFalse();
        assertThat(users.admits("bob", bytes("secret"))).isFalse();
    }

    /** Otherwise names could be told by the time that a login takes. */
    @Test
    void aNameThatIsNoUserTakesAsLongAsAUser() throws Exception {
        UsersFile users = UsersFile.open(file(BY_MOSQUITTO.replace("$101$", "$30000$")));
        long start = System.nanoTime();
        assertThat(users.admits("ann", bytes("secret"))).isFalse();
        long known = System.nanoTime() - start;
        assertThat(users.admits("bob", bytes("secret"))).isFalse();
        long unknown = System.nanoTime() - start - known;
        assertThat(unknown).isGreaterThan(known / 10);
    }

    @Test
    void aPasswordOfAUserDoesNotAdmitAStranger() throws Exception {
        UsersFile users = UsersFile.open(file(BY_MOSQUITTO));
        assertThat(users.admits("bob", bytes("secret"))).isFalse();
        assertThat(UsersFile.open(file("# nobody")).admits("bob", bytes("nobody")))
                .isFalse();
    }

    @Test
    void usersAreAddedAndChangedAndTheOthersStay() throws Exception {
        Path file = folder.resolve("new");
        UsersFile.set(file, "ann", "one");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        UsersFile.set(file, "bob", "two");
        UsersFile.set(file, "ann", "thr\u00e9e");
        UsersFile users = UsersFile.open(file);
        assertThat(users.admits("ann", bytes("thr\u00e9e"))).isTrue();
        assertThat(users.admits("ann", bytes("one"))).isFalse();
        assertThat(users.admits("bob", bytes("two"))).isTrue();
        assertThat(Files.readString(file)).doesNotContain("one", "two", "thr\u00e9e");
    }

    @Test
    void aFileThatChangesIsReadAgainAndABrokenOneChangesNothing() throws Exception {
        Path file = folder.resolve("passwords");
        UsersFile.set(file, "ann", "one");
        UsersFile users = UsersFile.open(file);
        UsersFile.set(file, "bob", "two");
        assertThat(users.admits("bob", bytes("two"))).isTrue();
        Files.writeString(file, "not a user\n");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        assertThat(users.admits("bob", bytes("two"))).isTrue();
        Files.delete(file);
        assertThat(users.admits("bob", bytes("two"))).isTrue();
        UsersFile.set(file, "ann", "one");
        assertThat(users.admits("bob", bytes("two"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann",
                "ann:secret",
                "ann:$6$salt$hash",
                "ann:$7$0$AAAA$AAAA",
                "ann:$7$2000000$I7qt8TMcf8FGqNAC$4gE4Zz5DcUXu3LPQFUsEWPp59Y/Xo1X+fnFOSChH+LQ6+bqe1wUMTURV85tMCSeJUfHrcfF0mMoQTOwMFuiGnA==",
                "ann:$7$101$I7qt8TMcf8FGqNAC$AAAA",
                "a+b:$7$101$I7qt8TMcf8FGqNAC$4gE4Zz5DcUXu3LPQFUsEWPp59Y/Xo1X+fnFOSChH+LQ6+bqe1wUMTURV85tMCSeJUfHrcfF0mMoQTOwMFuiGnA==",
                "a/b:$7$101$I7qt8TMcf8FGqNAC$4gE4Zz5DcUXu3LPQFUsEWPp59Y/Xo1X+fnFOSChH+LQ6+bqe1wUMTURV85tMCSeJUfHrcfF0mMoQTOwMFuiGnA=="
            })
    void aLineThatIsNoUserIsNamed(String line) throws Exception {
        Path file = file(BY_MOSQUITTO.replace("ann", "eve"), line);
        assertThatThrownBy(() -> UsersFile.open(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file + ", line 2: ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aNameStandsThereOnce() throws Exception {
        Path file = file(BY_MOSQUITTO, BY_MOSQUITTO);
        assertThatThrownBy(() -> UsersFile.open(file)).hasMessageContaining("line 2: user 'ann' stands there twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "#", "a/b", "a+", "a\n"})
    void aNameThatWouldMeanSomethingInATopicIsNotAdded(String name) {
        assertThatThrownBy(() -> UsersFile.set(folder.resolve("x"), name, "secret"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            c:ann, ann, secret, ADMITTED
            another cluster:ann, ann, secret, ADMITTED
            c:bob, ann, secret, CLIENT_ID_OF_ANOTHER
            ann, ann, secret, CLIENT_ID_OF_ANOTHER
            :ann, ann, secret, CLIENT_ID_OF_ANOTHER
            c:x:ann, ann, secret, CLIENT_ID_OF_ANOTHER
            c:ann, ann, guess, WRONG_USER_OR_PASSWORD
            c:bob, bob, secret, WRONG_USER_OR_PASSWORD
            c:ann, , secret, NO_USER
            """)
    void aClientIdBelongsToItsUser(String clientId, String user, String password, String expected) throws Exception {
        Access access = new Access.Members(UsersFile.open(file(BY_MOSQUITTO)), AccessRules.ofMembers());
        Access.Verdict verdict = access.judge(new Access.Login(clientId, user, bytes(password), null));
        String code =
                verdict instanceof Access.Refused refused ? refused.reason().name() : "ADMITTED";
        assertThat(code).isEqualTo(expected);
        if (verdict instanceof Access.Refused refused) {
            assertThat(refused.why()).doesNotContain("secret");
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            c:bob, bob, , ADMITTED
            c:bob, bob, bob, ADMITTED
            c:ann, bob, , CLIENT_ID_OF_ANOTHER
            c:ann, bob, ann, WRONG_USER_OR_PASSWORD
            c:bob, '', bob, WRONG_USER_OR_PASSWORD
            c:+, +, , WRONG_USER_OR_PASSWORD
            c:a/b, a/b, , WRONG_USER_OR_PASSWORD
            c:ann, , ann, ADMITTED
            """)
    void aCertificateSpeaksForTheUserThatItNamesAndNoOther(
            String clientId, String certified, String user, String expected) throws Exception {
        Access access = new Access.Members(UsersFile.open(file(BY_MOSQUITTO)), AccessRules.ofMembers());
        Access.Verdict verdict = access.judge(new Access.Login(clientId, user, bytes("secret"), certified));
        assertThat(verdict instanceof Access.Refused refused ? refused.reason().name() : "ADMITTED")
                .isEqualTo(expected);
    }

    @Test
    void whereCertificatesAreNeededAPasswordIsOfNoUse() {
        Access access = new Access.Members(null, AccessRules.ofMembers());
        assertThat(access.judge(new Access.Login("c:ann", "ann", bytes("secret"), null)))
                .isInstanceOf(Access.Refused.class);
    }

    @Test
    void theRulesOfMembersAreThoseOfThePage() {
        assertThat(AccessRules.ofMembers().of("ann"))
                .containsExactly(
                        new Rule(false, true, "broccoli/+/i/+/ann"),
                        new Rule(true, false, "broccoli/+/i/ann/#"),
                        new Rule(true, true, "broccoli/+/p/ann"),
                        new Rule(true, false, "broccoli/+/p/+"),
                        new Rule(true, true, "broccoli/+/hello"));
    }

    @Test
    void aUserHasTheRulesOfAllAndItsOwn() {
        AccessRules rules = AccessRules.parse("x", "pattern read a/%u\nuser ann\n# more\ntopic b/%u\ntopic write c\n");
        assertThat(rules.of("ann"))
                .containsExactly(
                        new Rule(true, false, "a/ann"), new Rule(true, true, "b/%u"), new Rule(false, true, "c"));
        assertThat(rules.of("bob")).containsExactly(new Rule(true, false, "a/bob"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topic read a",
                "pattern deny a",
                "pattern read a/#/b",
                "pattern read a+/b",
                "pattern read a/%c",
                "pattern",
                "user",
                "allow a"
            })
    void aRuleThatIsNotUnderstoodIsNamed(String line) {
        assertThatThrownBy(() -> AccessRules.parse("acl", "pattern read x\n" + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("acl, line 2: ");
    }
}
