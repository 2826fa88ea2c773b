package io.broccoli.transport.tcp;

import static io.broccoli.transport.contract.TestMember.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.transport.contract.Soon;
import io.broccoli.transport.contract.TestMember;
import io.broccoli.transport.tcp.TcpConnectionException.Reason;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TcpMeshTest {

    static {
        Leaks.watch();
    }

    /** What comes with one read, and so with the frame at which reading stops. */
    private static final int LARGEST_READ = 65_536;

    /** No time-out ends what a test waits for the end of. */
    private static final ConnectOptions PATIENT =
            new ConnectOptions(null, null, null, 0, Duration.ofMinutes(5), 0, false, Map.of());

    private final TcpTestNetwork network = new TcpTestNetwork("tcp", PATIENT, null);
    private final int port = network.port("c");
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @AfterAll
    static void noBufferIsLeft() {
        Leaks.expectNone();
    }

    private TestMember member(String name, String query) {
        return member(name, port, query);
    }

    private TestMember member(String name, int at, String query) {
        TestMember member = new TestMember(network.open("c", name, at, query), name);
        open.add(member);
        return member.start(name + " is gone");
    }

    private RawPeer peer() throws Exception {
        RawPeer peer = new RawPeer(port);
        open.add(peer);
        return peer;
    }

    private static void hears(TestMember from, TestMember to) {
        Soon.holds(() -> {
            try {
                from.send(to, "x");
            } catch (RuntimeException e) {
                throw new AssertionError(e);
            }
            assertThat(to.frames).contains(from.name + ": x");
        });
    }

    @Test
    void membersFindEachOtherThroughOneThatBothKnow() {
        TestMember hub = member("hub", "").joined();
        List<TestMember> others =
                IntStream.range(0, 5).mapToObj(i -> member("m" + i, "")).toList();
        others.forEach(TestMember::joined);
        for (TestMember from : others) {
            others.stream().filter(to -> to != from).forEach(to -> hears(from, to));
        }
        Soon.holds(() -> assertThat(hub.transport).asString().contains("with 5 members, connections 5"));
        Soon.holds(() -> assertThat(others)
                .allSatisfy(each -> assertThat(each.transport).asString().contains("with 5 members, connections 5")));
    }

    @Test
    void whatMembersSayOfThemselvesIsNotHeldToTheFramesThatOneTakes() {
        TestMember hub = member("hub", "").joined();
        List<TestMember> many = IntStream.range(0, 30)
                .mapToObj(
                        i -> member("a-member-with-a-rather-long-name-" + i, "").joined())
                .toList();
        hub.announce("x".repeat(5_000));
        TestMember small = member("small", "?maxFrame=1024").joined();
        Soon.holds(() -> {
            assertThat(small.presences).containsEntry("hub", "x".repeat(5_000));
            assertThat(small.transport).asString().contains("with 31 members, connections 31");
        });
        hears(small, many.get(29));
        assertThat(hub.transport.maxFrame()).isEqualTo(65_536);
        assertThatThrownBy(() -> hub.transport.send("small", new byte[1_025]).block(Soon.MOST))
                .hasMessageContaining("at most 1024 can be carried");
        assertThatThrownBy(() -> hub.transport.announce(new byte[65_537]).block(Soon.MOST))
                .hasMessageContaining("65537 bytes; at most 65536 can be carried");
    }

    @Test
    void aPairThatDialsEachOtherAtOnceKeepsOneConnection() {
        int other = TcpTestNetwork.freePort();
        String seeds = ",127.0.0.1:" + other;
        TestMember a = member("a", seeds + "?listen=127.0.0.1:" + port);
        TestMember b = member("b", seeds + "?listen=127.0.0.1:" + other);
        hears(a, b);
        hears(b, a);
        Soon.holds(() -> {
            assertThat(a.transport).asString().contains("with 1 members, connections 1");
            assertThat(b.transport).asString().contains("with 1 members, connections 1");
        });
        hears(a, b);
        hears(b, a);
    }

    @Test
    void whenNobodyListensAtTheNamedAddressAnyMoreAnotherMemberDoes() {
        TestMember first = member("first", "").joined();
        TestMember second = member("second", "").joined();
        hears(second, first);
        first.transport.close(true).block(Soon.MOST);
        TestMember third = member("third", "").joined();
        hears(third, second);
    }

    @Test
    void aMemberThatWaitsForOthersFindsThemWhenTheyCome() {
        TestMember client = member("client", "?listen=no");
        assertThat(client.firstDisconnection()).hasMessage("cannot reach 127.0.0.1:" + port + ": Connection refused");
        TestMember node = member("node", "").joined();
        client.joined();
        hears(client, node);
        hears(node, client);
    }

    @Test
    void theSecondOfTwoWithOneNameIsTold() {
        TestMember one = member("a", "").joined();
        TestMember two = member("a", "");
        assertThat(two.firstDisconnection())
                .hasMessageContaining("also calls itself 'a'")
                .extracting(each -> ((TcpConnectionException) each).reason())
                .isEqualTo(Reason.NAME_TAKEN);
        assertThat(one.disconnections).isEmpty();
    }

    @Test
    void aStandInGivesWayToTheMemberItself() {
        TestMember hub = member("hub", "").joined();
        TestMember standIn = new TestMember(network.open("c", "a", port, "", ConnectOptions.DEFAULTS.inStead()), "a");
        open.add(standIn);
        standIn.start("a is gone").joined();
        standIn.announce("another speaks for a");
        Soon.holds(() -> assertThat(hub.presences).containsEntry("a", "another speaks for a"));
        TestMember itself = member("a", "").joined();
        itself.announce("here is a");
        Soon.holds(() -> assertThat(hub.presences).containsEntry("a", "here is a"));
        assertThat(standIn.firstDisconnection()).hasMessageContaining("also calls itself");
        hears(hub, itself);
    }

    @Test
    void aProcessThatDiesIsGone() throws Exception {
        TestMember watcher = member("watcher", "").joined();
        try (ServerSocket listens = new ServerSocket(0);
                RawPeer dies = new RawPeer(port)) {
            byte[] hello = new Hello(
                            "c", "dies", 1, 1, new byte[Hello.NONCE], new Host("", listens.getLocalPort()), 9_999)
                    .encode();
            dies.say(Kind.HELLO, hello).say(Kind.PROOF, new byte[0]).expect(Kind.PROOF);
            dies.say(Kind.WILL, bytes("gone")).say(Kind.PRESENCE, bytes("here"));
            Soon.holds(() -> assertThat(watcher.presences).containsEntry("dies", "here"));
        }
        Soon.holds(() -> assertThat(watcher.presences).containsEntry("dies", "gone"));
    }

    @Test
    void theSenderIsWhoGreetedAndNothingElse() throws Exception {
        TestMember a = member("a", "").joined();
        RawPeer x = peer().greet("c", "x");
        x.say(Kind.FRAME, bytes("I am y"));
        Soon.holds(() -> assertThat(a.frames).containsExactly("x: I am y"));
        a.transport.send("x", bytes("answer")).block(Soon.MOST);
        assertThat(x.expect(Kind.FRAME)).isEqualTo(bytes("answer"));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nothingButAGreetingIsTakenFromAStranger(Kind kind) throws Exception {
        TestMember a = member("a", "").joined();
        RawPeer stranger = peer();
        stranger.say(kind, new byte[40]);
        assertThat(stranger.isShownTheDoor()).isTrue();
        assertThat(a.frames).isEmpty();
        assertThat(a.presences).isEmpty();
        assertThat(a.hellos).hasValue(0);
    }

    @Test
    void aLongMessageOfAStrangerIsNotWaitedFor() throws Exception {
        member("a", "").joined();
        RawPeer stranger = peer();
        stranger.write(new Writer().number(2_000, Integer.BYTES).number(1, 1).bytes());
        assertThat(stranger.isShownTheDoor()).isTrue();
    }

    @Test
    void aMemberThatSendsNoMessagesIsThrownOut() throws Exception {
        TestMember a = member("a", "").joined();
        for (byte[] noise : List.of(
                new byte[] {0, 0, 0, 0, 16},
                new byte[] {-1, -1, -1, -1, 16},
                new byte[] {0, 1, 0, 2, 16},
                new byte[] {0, 0, 0, 1, 99},
                TcpTestNetwork.message(Kind.PEERS, new byte[] {5, 'a'}),
                TcpTestNetwork.message(Kind.PEERS, new byte[20]),
                TcpTestNetwork.message(Kind.HELLO, new byte[0]),
                TcpTestNetwork.message(Kind.REFUSE, new byte[] {99}))) {
            RawPeer x = peer().greet("c", "x");
            x.write(noise);
            assertThat(x.isShownTheDoor()).isTrue();
        }
        assertThat(a.frames).isEmpty();
    }

    @Test
    void whatAnEarlierLifeOfAMemberSaysIsNotOfTheOneThatIsThere() throws Exception {
        TestMember a = member("a", "").joined();
        RawPeer before = peer().greet("c", "x", 1);
        for (int i = 0; i < 500; i++) { // so that its farewell takes a while
            a.transport.send("x", new byte[16_000]).subscribe(null, full -> {});
        }
        RawPeer now = peer().greet("c", "x", 2);
        before.say(Kind.FRAME, bytes("from the past")).say(Kind.LEAVE, new byte[] {1});
        assertThat(before.isShownTheDoor()).isTrue();
        now.say(Kind.FRAME, bytes("from now"));
        Soon.holds(() -> assertThat(a.frames).containsExactly("x: from now"));
        a.transport.send("x", bytes("answer")).block(Soon.MOST);
        assertThat(now.expect(Kind.FRAME)).isEqualTo(bytes("answer"));
    }

    @Test
    void whatAMemberSendsToItselfIsBoundedToo() {
        TestMember a = member("a", "").joined();
        AtomicBoolean stands = new AtomicBoolean();
        AtomicBoolean goesOn = new AtomicBoolean();
        a.onFrame = frame -> {
            stands.set(true);
            while (!goesOn.get()) {
                // anything else would be noticed
            }
        };
        List<Throwable> errors = new java.util.concurrent.CopyOnWriteArrayList<>();
        AtomicInteger sent = new AtomicInteger();
        int frames = 3_000;
        try {
            a.transport.send("a", bytes("first")).subscribe();
            Soon.holds(() -> assertThat(stands).isTrue());
            for (int i = 0; i < frames; i++) {
                a.transport.send("a", new byte[8_192]).subscribe(null, errors::add, sent::incrementAndGet);
            }
            assertThat(errors).hasSizeGreaterThan(frames / 2).allSatisfy(each -> assertThat(each)
                    .isInstanceOf(OutboxFullException.class));
        } finally {
            goesOn.set(true);
        }
        Soon.holds(() -> assertThat(errors.size() + sent.get()).isEqualTo(frames));
        assertThat(a.payloads).hasSize(sent.get());
    }

    @Test
    void announcementsThatWaitAreBounded() {
        TestMember alone = member("alone", "?listen=no");
        List<Throwable> errors = new java.util.concurrent.CopyOnWriteArrayList<>();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i <= Announcements.MOST_WAITING; i++) {
            alone.transport.announce(bytes("status " + i)).subscribe(null, errors::add, done::incrementAndGet);
        }
        Soon.holds(() -> assertThat(errors).hasSize(1));
        TestMember other = member("other", "").joined();
        Soon.holds(() -> assertThat(done).hasValue(Announcements.MOST_WAITING));
        Soon.holds(() -> assertThat(other.presences).containsEntry("alone", "status " + Announcements.MOST_WAITING));
    }

    @Test
    void strangersThatSayNothingGiveWayToAMember() throws Exception {
        TestMember a = member("a", "").joined();
        for (int i = 0; i < Strangers.MOST; i++) {
            peer();
        }
        hears(member("b", "").joined(), a);
    }

    /** Most likely the last one; on a machine that takes a second for them all, the first. */
    @Test
    void strangersAreBoundedAndMembersComeInAfterThem() throws Exception {
        TestMember a = member("a", "").joined();
        List<RawPeer> strangers = new ArrayList<>();
        for (int i = 0; i <= Strangers.MOST; i++) {
            strangers.add(peer());
        }
        Soon.holds(
                () -> assertThat(strangers.stream().filter(RawPeer::isClosed)).hasSize(1));
        for (RawPeer each : strangers) {
            each.close();
        }
        hears(member("b", "").joined(), a);
    }

    @Test
    void aFloodForAReceiverWithoutRoomWaitsInTheSocketAndNothingOfItIsLost() {
        TestMember b = member("b", "").joined();
        TestMember a = member("a", "").joined();
        TestMember c = member("c", "").joined();
        hears(a, b);
        hears(b, c);
        b.full = true;
        int frames = 3_000;
        int length = 900;
        List<Throwable> errors = new java.util.concurrent.CopyOnWriteArrayList<>();
        for (int i = 0; i < frames; i++) {
            a.transport.send("b", bytes("n" + i + " ".repeat(length - 8))).subscribe(null, errors::add);
        }
        for (int i = 0; i < 50; i++) { // time enough to read all of it
            String sign = "sign " + i;
            b.send(c, sign);
            Soon.holds(() -> assertThat(c.frames).contains("b: " + sign));
        }
        assertThat(numbered(b)).isLessThanOrEqualTo(2 * LARGEST_READ / length);
        b.full = false;
        Soon.holds(() -> assertThat(numbered(b)).isEqualTo(frames));
        assertThat(errors).isEmpty();
    }

    private static long numbered(TestMember member) {
        return member.frames.stream().filter(each -> each.startsWith("a: n")).count();
    }
}
