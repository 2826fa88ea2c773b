package io.broccoli.transport.contract;

import static io.broccoli.transport.contract.TestMember.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.broccoli.spi.Transport;
import io.broccoli.transport.contract.TestNetwork.Distant;
import io.broccoli.transport.contract.TestNetwork.Promises;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;

/** What must hold over every transport, on whatever network it is. */
public abstract class TransportContract {

    private static final int MANY = 2_000;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(6);

    private final List<AutoCloseable> open = new ArrayList<>();
    private String cluster = "";

    /** It runs, for all tests. */
    protected abstract TestNetwork network();

    @BeforeEach
    void ownCluster() {
        cluster = UUID.randomUUID().toString();
    }

    @AfterEach
    void closeAllAndFindNoThreadLeft() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        network().close();
        assertThat(open).allSatisfy(each -> {
            if (each instanceof TestMember member) {
                assertCalledWell(member);
            }
        });
        String ours = promises().threads();
        if (!ours.isEmpty()) {
            Soon.holds(() -> assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(each -> each.startsWith(ours)));
        }
    }

    /** Whatever it heard: one call at a time, on threads that must not block. */
    private static void assertCalledWell(TestMember member) {
        assertThat(member.overlaps).as("overlaps of %s", member.name).hasValue(0);
        assertThat(member.threads).as("threads of %s", member.name).allSatisfy(each -> assertThat(each)
                .isInstanceOf(NonBlocking.class));
    }

    private Promises promises() {
        return network().promises();
    }

    protected final String cluster() {
        return cluster;
    }

    protected final <T extends AutoCloseable> T closing(T resource) {
        open.add(resource);
        return resource;
    }

    private TestMember member(String name) {
        return closing(new TestMember(network().open(cluster, name), name));
    }

    private TestMember member(String name, @Nullable String will) {
        return member(name).start(will).joined();
    }

    private record Far(TestMember member, TestNetwork.Way way) {}

    private Far far(String name, @Nullable String will) {
        Distant distant = network().distant(cluster, name);
        TestMember member = closing(new TestMember(distant.transport(), name));
        return new Far(member.start(will).joined(), distant.way());
    }

    /** Until frames pass from one to the other: connected is not always connected to all. */
    protected static void meet(TestMember from, TestMember to) {
        to.greeters.clear();
        Soon.holds(() -> {
            try {
                from.transport.send(to.name, bytes(TestMember.GREETING)).block(Soon.MOST);
            } catch (RuntimeException e) {
                throw new AssertionError(e);
            }
            assertThat(to.greeters).contains(from.name);
        });
    }

    private static List<String> numbered(String prefix) {
        return IntStream.range(0, MANY).mapToObj(i -> prefix + i).toList();
    }

    private static Mono<Void> sendMany(TestMember from, TestMember to, String prefix) {
        return Flux.range(0, MANY)
                .flatMap(i -> from.transport.send(to.name, bytes(prefix + i)), 64)
                .then();
    }

    @Test
    void framesTravelBothWaysInTheOrderTheyWereSent() {
        TestMember a = member("a", null);
        TestMember b = member("b", null);
        meet(a, b);
        meet(b, a);
        Mono.when(sendMany(a, b, "n"), sendMany(b, a, "m")).block(Soon.MOST);
        if (promises().lossless()) {
            Soon.holds(() -> {
                assertThat(b.frames).isEqualTo(numbered("a: n"));
                assertThat(a.frames).isEqualTo(numbered("b: m"));
            });
        } else {
            Soon.holds(() -> assertThat(b.frames).hasSizeGreaterThan(MANY / 2));
            assertThat(new HashSet<>(numbered("a: n"))).containsAll(b.frames);
        }
    }

    @Test
    void aSendIsLazyAndOneForEachSubscriber() {
        TestMember a = member("a", null);
        TestMember b = member("b", null);
        meet(a, b);
        assumeTrue(promises().lossless());
        Mono<Void> unused = a.transport.send("b", bytes("unused"));
        Mono<Void> twice = a.transport.send("b", bytes("twice"));
        twice.block(Soon.MOST);
        twice.block(Soon.MOST);
        Soon.holds(() -> assertThat(b.frames).containsExactly("a: twice", "a: twice"));
        assertThat(unused).isNotNull();
    }

    @Test
    void aPresenceIsReplayedToLateComersAndToItself() {
        TestMember early = member("early", "early is gone");
        early.announce("early is here");
        TestMember late = member("late", null);
        Soon.holds(() -> {
            assertThat(late.presences).containsEntry("early", "early is here");
            assertThat(early.presences).containsEntry("early", "early is here");
        });
        early.announce("early is busy");
        Soon.holds(() -> assertThat(late.presences).containsEntry("early", "early is busy"));
        assertThat(late.early).hasValue(0);
        assertThat(early.early).hasValue(0);
    }

    @Test
    void anAnnouncementOfALateComerIsHeardByThoseWhoWereThere() {
        TestMember early = member("early", null);
        TestMember late = member("late", null);
        late.announce("late is here");
        Soon.holds(() -> assertThat(early.presences).containsEntry("late", "late is here"));
    }

    @Test
    void theWillIsThePresenceOfAMemberThatVanished() {
        TestMember watcher = member("watcher", null);
        Far a = far("a", "a is gone");
        a.member().announce("a is here");
        Soon.holds(() -> assertThat(watcher.presences).containsEntry("a", "a is here"));
        a.way().breakForEver();
        Soon.holds(() -> assertThat(watcher.presences).containsEntry("a", "a is gone"));
    }

    @Test
    void aMemberIsToldOfALossAndIsBackWithItsPresence() {
        TestMember watcher = member("watcher", null);
        Far far = far("a", "a is gone");
        TestMember a = far.member();
        a.announce("a is here");
        meet(watcher, a);
        far.way().cut();
        Soon.holds(() -> assertThat(a.connections).hasValue(2));
        assertThat(a.disconnections).isNotEmpty();
        Soon.holds(() -> assertThat(watcher.presences).containsEntry("a", "a is here"));
        meet(watcher, a);
        meet(a, watcher);
    }

    @Test
    void aCleanLeaveTakesThePresenceAway() {
        TestMember watcher = member("watcher", null);
        TestMember a = member("a", "a is gone");
        a.announce("a is here");
        Soon.holds(() -> assertThat(watcher.presences).containsEntry("a", "a is here"));
        a.transport.close(true).block(LONGEST_CLOSE);
        Soon.holds(() -> assertThat(watcher.presences).containsEntry("a", ""));
        TestMember late = member("late", null);
        meet(late, watcher);
        assertThat(late.presences).doesNotContainKey("a");
    }

    @Test
    void anotherLeaveIsNoVanishing() {
        TestMember watcher = member("watcher", null);
        TestMember a = member("a", "a is gone");
        a.announce("a is here");
        Soon.holds(() -> assertThat(watcher.presences).containsEntry("a", "a is here"));
        a.transport.close(false).block(LONGEST_CLOSE);
        TestMember late = member("late", null);
        meet(late, watcher);
        if (promises().keepsPresence()) {
            Soon.holds(() -> assertThat(late.presences).containsEntry("a", "a is here"));
        }
        assertThat(watcher.presences).containsEntry("a", "a is here");
    }

    @Test
    void helloIsHeardByAllOthers() {
        TestMember a = member("a", null);
        TestMember b = member("b", null);
        TestMember c = member("c", null);
        meet(a, b);
        meet(a, c);
        a.transport.hello().block(Soon.MOST);
        Soon.holds(() -> {
            assertThat(b.hellos).hasValue(1);
            assertThat(c.hellos).hasValue(1);
        });
    }

    @Test
    void clustersDoNotHearEachOther() {
        TestMember a = member("a", null);
        TestMember b = member("b", null);
        TestMember twin = closing(new TestMember(network().open(cluster + "2", "b"), "b"))
                .start(null)
                .joined();
        TestMember other = closing(new TestMember(network().open(cluster + "2", "c"), "c"))
                .start(null)
                .joined();
        meet(other, twin);
        a.announce("a is here");
        meet(a, b);
        a.transport.hello().block(Soon.MOST);
        Soon.holds(() -> assertThat(b.hellos).hasValue(1));
        meet(other, twin);
        assertThat(twin.hellos).hasValue(0);
        assertThat(twin.presences).isEmpty();
        assertThat(twin.frames).noneMatch(each -> each.startsWith("a"));
    }

    @Test
    void theLargestFramePassesAndALargerOneIsRefused() {
        TestMember a = member("a", null);
        TestMember b = member("b", null);
        meet(a, b);
        byte[] largest = new byte[a.transport.maxFrame()];
        largest[largest.length - 1] = 7;
        Soon.holds(() -> {
            a.transport.send("b", largest).block(Soon.MOST);
            assertThat(b.payloads).isNotEmpty();
        });
        assertThat(b.payloads.get(0)).isEqualTo(largest);
        assertThatThrownBy(() ->
                        a.transport.send("b", new byte[largest.length + 1]).block(Soon.MOST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining((largest.length + 1) + " bytes");
        meet(a, b);
    }

    @Test
    void anEmptyFramePasses() {
        TestMember a = member("a", null);
        TestMember b = member("b", null);
        meet(a, b);
        assumeTrue(promises().lossless());
        a.transport.send("b", new byte[0]).block(Soon.MOST);
        Soon.holds(() -> assertThat(b.frames).containsExactly("a: "));
    }

    @Test
    void whatNoMemberWouldSendDoesNoHarm() {
        TestMember a = member("a", null);
        TestMember b = member("b", null);
        meet(a, b);
        for (long seed = 1; seed <= 20; seed++) {
            network().disturb(cluster, "a", seed);
        }
        meet(a, b);
        meet(b, a);
        assertThat(a.frames).isEmpty();
        assertThat(a.payloads).isEmpty();
        assertThat(a.presences).isEmpty();
        assertThat(a.disconnections).isEmpty();
    }

    @Test
    void aReceiverThatThrowsDoesNoHarm() {
        TestMember a = member("a", null);
        TestMember b = member("b", null);
        meet(a, b);
        b.onFrame = frame -> {
            throw new IllegalStateException("a test wanted this");
        };
        Soon.holds(() -> {
            a.transport.send("b", bytes("x")).block(Soon.MOST); // may be lost
            assertThat(b.frames).isNotEmpty();
        });
        b.onFrame = frame -> {};
        meet(a, b);
        assertThat(b.disconnections).isEmpty();
    }

    @Test
    void aReceiverMaySendInItsTurn() {
        TestMember a = member("a", null);
        TestMember b = member("b", null);
        meet(a, b);
        meet(b, a);
        assumeTrue(promises().lossless());
        int rounds = 3_000; // deeper than any stack
        b.onFrame = frame -> b.transport.send("a", bytes("pong")).subscribe();
        a.onFrame = frame -> {
            if (a.frames.size() < rounds) {
                a.transport.send("b", bytes("ping")).subscribe();
            }
        };
        a.transport.send("b", bytes("ping")).subscribe();
        Soon.holds(() -> assertThat(a.frames).hasSize(rounds));
    }

    @Test
    void callbacksComeOneAtATimeOnThreadsThatMustNotBlock() {
        TestMember hub = member("hub", null);
        List<TestMember> others = IntStream.range(0, 6)
                .mapToObj(i -> member("m" + i, "m" + i + " is gone"))
                .toList();
        others.forEach(each -> meet(each, hub));
        Flux.fromIterable(others)
                .flatMap(each -> Flux.range(0, 200)
                        .flatMap(i -> Mono.when(
                                each.transport.send("hub", bytes("f")),
                                i % 20 == 0 ? each.transport.announce(bytes("here " + i)) : Mono.empty())))
                .then()
                .block(Soon.MOST);
        Soon.holds(() -> assertThat(hub.presences).hasSize(others.size()));
        assertThat(hub.threads).isNotEmpty();
        assertCalledWell(hub);
    }

    @Test
    void noSendIsPendingForEverAcrossCuts() {
        TestMember b = member("b", null);
        Far far = far("a", null);
        TestMember a = far.member();
        byte[] frame = new byte[900];
        for (int cuts = 1; cuts <= 3; cuts++) {
            meet(a, b);
            List<Mono<Boolean>> sends = IntStream.range(0, 3_000)
                    .mapToObj(i -> a.transport.send("b", frame).thenReturn(true).onErrorReturn(false))
                    .toList();
            int connections = a.connections.get();
            Long ended = Flux.merge(Flux.fromIterable(sends), sends.size())
                    .count()
                    .doOnSubscribe(s -> far.way().cut())
                    .block(Soon.MOST);
            assertThat(ended).isEqualTo(sends.size());
            Soon.holds(() -> assertThat(a.connections.get()).isGreaterThan(connections));
        }
        meet(a, b);
        meet(b, a);
    }

    @Test
    void whatIsNotTakenIsBoundedAndAFullOutboxIsAnError() {
        assumeTrue(promises().stalls());
        TestMember b = member("b", null);
        Far far = far("a", null);
        TestMember a = far.member();
        meet(a, b);
        far.way().stall(true);
        byte[] frame = new byte[8_192];
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 30_000 && errors.isEmpty(); i++) {
            a.transport.send("b", frame).subscribe(null, errors::add);
        }
        assertThat(errors).singleElement().satisfies(each -> assertThat(each)
                .hasMessageContaining("which is the limit"));
        far.way().stall(false);
        meet(a, b);
        assertThat(errors).hasSize(1);
    }

    @Test
    void whoIsFullIsNotSentWhatItWouldDrop() {
        TestMember b = member("b", null);
        TestMember a = member("a", null);
        meet(a, b);
        b.full = true;
        Disposable sending = sendMany(a, b, "n").subscribe();
        b.full = false;
        Soon.holds(() -> assertThat(sending.isDisposed()).isTrue());
        if (promises().lossless()) {
            Soon.holds(() -> assertThat(b.frames).isEqualTo(numbered("a: n")));
        }
    }

    @Test
    void closingTakesNoLongerThanFiveSecondsWhenTheWayIsMute() {
        assumeTrue(promises().stalls());
        TestMember b = member("b", null);
        Far far = far("a", "a is gone");
        far.member().announce("a is here");
        meet(far.member(), b);
        far.way().stall(true);
        assertThat(far.member().transport.close(true).block(LONGEST_CLOSE)).isNull();
        assertThatThrownBy(() -> far.member().send(b, "x")).hasMessageContaining("closed");
    }

    @Test
    void closingTwiceAndBeforeTheStartCompletes() {
        TestMember a = member("a", null);
        Transport never = network().open(cluster, "never");
        never.close(true).block(LONGEST_CLOSE);
        a.transport.close(true).block(LONGEST_CLOSE);
        a.transport.close(true).block(LONGEST_CLOSE);
        int heard = a.disconnections.size() + a.connections.get();
        assertThat(heard).isEqualTo(1);
    }

    @Test
    void nothingIsHeardAfterTheClose() {
        TestMember b = member("b", null);
        TestMember a = member("a", null);
        meet(a, b);
        a.transport.close(true).block(LONGEST_CLOSE);
        int frames = a.frames.size();
        b.transport.send("a", bytes("late")).onErrorComplete().block(Soon.MOST);
        TestMember c = member("c", null);
        meet(c, b);
        assertThat(a.frames).hasSize(frames);
        assertThat(a.disconnections).isEmpty();
    }
}
