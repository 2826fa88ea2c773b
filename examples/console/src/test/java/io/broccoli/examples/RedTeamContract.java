package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import garden.GrowByAMillion;
import garden.GrowByOne;
import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.NodeState;
import io.broccoli.deploy.DeploymentEvent;
import io.broccoli.deploy.Module;
import io.broccoli.deploy.ModuleReceiver;
import io.broccoli.deploy.Modules;
import io.broccoli.frame.Body;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.frame.Frame.Refusal;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import io.broccoli.frame.Site;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.route.Router;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.TransportProvider;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import io.broccoli.transport.contract.Soon;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A locked cluster with an attacker inside: mallory has credentials of her own, and tries each row of {@link #attacks} against the node
 * node-1 and its client ann. Each is refused or has no effect. Ann's stream beside it goes on, all of its results are right, and nobody
 * is thrown out. The share of an honest client beside cheats is asserted in virtual time, by FairnessTest and CreditProtocolTest.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // JUnit calls start
abstract class RedTeamContract {

    private static final Path PAGE = Path.of("../../docs/security.md");

    static final String CLUSTER = "red";
    static final String NODE = "node-1";
    static final String ANN = "ann";
    static final String MALLORY = "mallory";

    private static final int CAPACITY = 16;
    private static final int MANY = 2_000;
    private static final int PIECE = 32 * 1024;
    private static final int PADDING = 5 * PIECE;
    private static final long IMPOSSIBLE = 1L << 38; // no life of a member has this number
    private static final long MOST_LINKS = 15; // of one producer in a minute: a number each 4 s
    private static final byte[] NO_SIGNATURE = new byte[32];
    private static final List<String> SIGNED = List.of("deploy.open_jar", "deploy.chunk", "deploy.commit");
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String KEY = "a key that mallory does not have";

    /** Takes a worker for two milliseconds. */
    static final Task<Integer> NEXT = Task.of("next", Integer.class);

    private static final Task<Integer> GROW = Task.of("grow", Integer.class);

    private final AtomicInteger marks = new AtomicInteger(); // runs of a task that nobody may send
    private final List<ClusterEvent> disconnections = new CopyOnWriteArrayList<>();
    private final BugWatch bugs = new BugWatch();
    private Recorder recorder;
    private Node node;
    private Cluster ann;
    private long life; // of the node

    // ---- the set-up

    /** Before any member comes. */
    abstract void lock() throws Exception;

    abstract void unlock();

    abstract TransportProvider provider();

    abstract String uri();

    /** With the credentials of a member. */
    abstract ConnectOptions connecting(String user);

    ClusterOptions member(String name) {
        return ClusterOptions.of(uri()).withCluster(CLUSTER).withMember(name).withConnect(connecting(name));
    }

    @BeforeAll
    void start() throws Exception {
        lock();
        NodeOptions size =
                NodeOptions.DEFAULTS.withQueue(CAPACITY - 2).withWorkers(2).withMaxWeight(1);
        node = Node.start(member(NODE), size, tasks());
        ModuleReceiver.withKey(KEY).on(node).block(BOUND);
        recorder = new Recorder(provider());
        ann = Cluster.connect(member(ANN).withTransport(recorder));
        ann.awaitNodes(1, BOUND).block();
        life = ann.nodes().get(0).bootEpoch();
        Flux.merge(node.cluster().events(), ann.events())
                .ofType(ClusterEvent.Disconnected.class)
                .subscribe(disconnections::add);
    }

    private TaskRegistry tasks() {
        return TaskRegistry.builder()
                .task("next", "x", Integer.class, x -> {
                    pause();
                    return x + 1;
                })
                .task("mark", "x", Integer.class, x -> marks.incrementAndGet())
                .build();
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterAll
    void stop() {
        if (ann != null) {
            ann.close();
        }
        if (node != null) {
            node.close();
        }
        unlock();
        bugs.close();
    }

    // ---- the table

    List<Attack> attacks() {
        return List.of(
                Attack.first("asks for all places once a second and uses none", "loses them after 2 s", this::hoard),
                Attack.of("sends tasks without credit", "NO_CREDIT; none runs", this::sendWithoutCredit),
                Attack.of("numbers tasks up to 2^63 - 1, voids all numbers", "NO_CREDIT; none runs", this::overflow),
                Attack.of("makes up link epochs, begins thousands of lives", "only time uses numbers up", this::rise),
                Attack.of("sends noise, cut frames, questions without end", "dropped and counted", this::confuse),
                Attack.of("answers tasks of another one's node", "clients hear the node they asked", this::answer),
                Attack.of("announces another node, or lives that cannot be", "refused", this::announce),
                Attack.of("is a node with the same task", "gets none of a client that names its nodes", this::lure),
                Attack.of("asks thousands of times who is there", "no effect", this::call),
                Attack.of("deploys without the key, disturbs and repeats", "each step is refused", this::deploy));
    }

    /** docs/security.md says what is tried here, and what comes of it. */
    @Test
    void thePageHasEachOfTheseRows() throws Exception {
        assertThat(Files.readString(PAGE))
                .contains(attacks().stream()
                        .map(each -> "| " + each.what() + " | " + each.outcome() + " |")
                        .toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void isRefusedAndHarmsNobodyElse(Attack attack) throws Exception {
        try (HonestStream stream = honest()) {
            if (!attack.isFirst()) {
                stream.begin(NEXT).goesOn(50);
            }
            attack.attempt().run(stream);
            stream.begin(NEXT).goesOn(100);
            stream.ends();
        }
        assertThat(ann.nodes())
                .filteredOn(each -> each.name().equals(NODE))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.state()).isEqualTo(NodeState.ACTIVE);
                    assertThat(each.bootEpoch()).isEqualTo(life);
                });
        assertThat(disconnections).isEmpty();
        assertThat(node.stats().maxHeld()).isLessThanOrEqualTo(CAPACITY);
        assertThat(node.stats().stuck()).isZero();
        assertThat(marks).hasValue(0);
        assertThat(bugs.seen()).isEmpty();
    }

    HonestStream honest() {
        return new HonestStream(ann, NODE);
    }

    Node node() {
        return node;
    }

    Cluster ann() {
        return ann;
    }

    HostileMember mallory() {
        return new HostileMember(provider().open(URI.create(uri()), CLUSTER, MALLORY, connecting(MALLORY)), NODE, ANN);
    }

    // ---- places

    private void hoard(HonestStream honest) {
        try (HostileMember mallory = mallory()) {
            Frame.Grant all = mallory.open(HostileMember.ALL);
            Soon.holds(() -> assertThat(node.stats().unusedCredit()).isEqualTo(CAPACITY));
            Disposable asking = hoarding(mallory, all);
            honest.begin(NEXT).goesOn(100);
            mallory.await(Frame.Grant.class, grant -> grant.linkEpoch() > all.linkEpoch());
            asking.dispose();
        }
    }

    /** One POLL a second, and one at once to each GRANT that says that its link was fenced. */
    static Disposable hoarding(HostileMember mallory, Frame.Grant first) {
        long[] epoch = {first.linkEpoch()};
        Runnable ask = () -> mallory.send(mallory.poll(mallory.life, epoch[0], HostileMember.ALL));
        Disposable asking = Schedulers.boundedElastic().schedulePeriodically(ask, 0, 1, TimeUnit.SECONDS);
        mallory.onFrame(frame -> {
            if (frame instanceof Frame.Grant grant && grant.linkEpoch() > epoch[0]) {
                epoch[0] = grant.linkEpoch();
                Schedulers.boundedElastic().schedule(ask); // it waits until it was sent
            }
        });
        return asking;
    }

    private void sendWithoutCredit() {
        long before = node.stats().refused();
        try (HostileMember mallory = mallory()) {
            Frame.Grant none = mallory.open(0);
            assertThat(none.limit()).isZero();
            mallory.send(mallory.tasks(none.linkEpoch(), 1, MANY, "mark", 1));
            mallory.await(Frame.Nack.class, nack -> nack.reason() == Refusal.NO_CREDIT);
            assertThat(node.stats().refused()).isGreaterThanOrEqualTo(before + MANY);
        }
    }

    private void overflow() {
        try (HostileMember mallory = mallory()) {
            long epoch = mallory.open(0).linkEpoch();
            mallory.send(mallory.cancel(epoch, new SeqRanges(Long.MAX_VALUE)));
            mallory.send(mallory.cancel(epoch, new SeqRanges(0, 5, Long.MAX_VALUE)));
            for (long seq : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 5, 0, Long.MIN_VALUE, -1}) {
                mallory.send(mallory.tasks(epoch, seq, 10, "mark", 1));
            }
            for (long seq : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 5, 0}) { // the others are no frames
                Frame.Nack nack = mallory.await(Frame.Nack.class, each -> each.firstSeq() == seq);
                assertThat(nack.reason()).isEqualTo(Refusal.NO_CREDIT);
            }
        }
    }

    private void rise() {
        try (HostileMember mallory = mallory()) {
            long first = mallory.open(0).linkEpoch();
            LongStream madeUp = LongStream.rangeClosed(1, 50)
                    .flatMap(i -> LongStream.of(first + i, -(first + i), first << i, Long.MAX_VALUE, Long.MIN_VALUE));
            LongFunction<byte[]> poll = epoch -> HostileMember.encoded(mallory.poll(mallory.life, epoch, 0));
            mallory.sendAll(Flux.fromStream(madeUp.mapToObj(poll)));
            BooleanSupplier refused = () -> mallory.newest(Frame.Nack.class, nack -> nack.reason() == Refusal.BUSY)
                    .isPresent();
            AtomicLong given = new AtomicLong(first - 1);
            for (int i = 0; i < 100 && !refused.getAsBoolean(); i++) { // each gives up the link that it was given last
                Soon.holds(() -> {
                    Optional<Frame.Grant> newer =
                            mallory.newest(Frame.Grant.class, grant -> grant.linkEpoch() > given.get());
                    if (newer.isEmpty()) {
                        mallory.send(mallory.poll(mallory.life, -given.get(), 0)); // again, as frames may be lost
                    }
                    assertThat(newer.isPresent() || refused.getAsBoolean())
                            .as("a newer link, or none")
                            .isTrue();
                    newer.ifPresent(grant -> given.set(grant.linkEpoch()));
                });
            }
            Soon.holds(() -> assertThat(refused.getAsBoolean())
                    .as("refused after a hundred")
                    .isTrue());
            mallory.sendAll(Flux.range(1, MANY).map(i -> HostileMember.encoded(mallory.poll(mallory.life + i, 0, 0))));
            Soon.holds(
                    () -> { // nodes send few GRANTs at a time, and none for what is beyond
                        mallory.send(mallory.poll(mallory.life + MANY, 0, 0));
                        assertThat(mallory.newest(
                                        Frame.Grant.class, grant -> grant.producerEpoch() == mallory.life + MANY))
                                .hasValueSatisfying(last ->
                                        assertThat(last.linkEpoch() - first).isBetween(0L, MOST_LINKS));
                    });
        }
    }

    private void confuse() {
        long before = node.cluster().stats().framesDropped();
        Random random = new Random(7);
        try (HostileMember mallory = mallory()) {
            long epoch = mallory.open(0).linkEpoch();
            byte[] whole = HostileMember.encoded(mallory.tasks(epoch, 1, 3, "mark", 1));
            Flux<byte[]> cut = Flux.range(0, whole.length - 1).map(length -> Arrays.copyOf(whole, length));
            Flux<byte[]> noise = Flux.range(0, MANY).map(i -> {
                byte[] bytes = new byte[1 + random.nextInt(500)];
                random.nextBytes(bytes);
                bytes[0] = (byte) 0xc1; // never used in MessagePack
                return bytes;
            });
            byte[] deep = new byte[60_000];
            Arrays.fill(deep, (byte) 0x91); // an array in an array in an array
            byte[] long32 = {(byte) 0xdd, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff}; // an array of 2^31 - 1
            mallory.sendAll(Flux.concat(cut, noise, Flux.just(deep, long32)));
            long[] open = LongStream.rangeClosed(1, 10_000).toArray();
            Frame.Poll asking = new Frame.Poll(
                    mallory.life,
                    epoch,
                    MANY,
                    0,
                    open,
                    Collections.nCopies(1_000, new Frame.ItemAsk(1, Long.MAX_VALUE, Long.MAX_VALUE)),
                    1,
                    0,
                    0);
            mallory.sendAll(Flux.range(0, 20).map(i -> HostileMember.encoded(asking)));
            Soon.holds(() -> assertThat(node.cluster().stats().framesDropped())
                    .isGreaterThanOrEqualTo(before + whole.length - 1 + MANY + 2));
        }
    }

    // ---- others

    /** With the very numbers of ann's link, which only those on the way know. */
    private void answer() {
        recorder.records(true);
        try (HostileMember mallory = mallory()) {
            Payload wrong = new MessagePackPayloadCodec().encode(-1);
            int seen = 0;
            for (int i = 0; i < 20; i++) {
                int known = seen;
                Soon.holds(() -> assertThat(recorder.tasks()).hasSizeGreaterThan(known));
                List<Frame.Tasks> sent = recorder.tasks();
                seen = sent.size();
                Frame.Tasks last = sent.get(seen - 1);
                List<Frame.Result> results = LongStream.range(last.firstSeq() - 100, last.firstSeq() + 100)
                        .filter(seq -> seq > 0)
                        .mapToObj(seq -> new Frame.Result(seq, Frame.ResultStatus.SUCCESS, wrong))
                        .toList();
                long producer = last.producerEpoch();
                long link = last.linkEpoch();
                mallory.send(ANN, new Frame.Results(producer, link, last.ctl(), Long.MAX_VALUE, 1_000, results));
                mallory.send(ANN, new Frame.Grant(producer, link + 1, last.ctl(), Long.MAX_VALUE, SeqRanges.NONE, 1));
                mallory.send(ANN, new Frame.Nack(link, 1, Long.MAX_VALUE, Refusal.NO_CREDIT, link));
                mallory.send(ANN, new Frame.Nack(link, 0, 0, Refusal.STALE_PRODUCER, producer + 1_000));
                mallory.send(ANN, new Frame.Nack(0, 0, 0, Refusal.VERSION, 2));
                mallory.send(ANN, new Frame.Bye(Long.MAX_VALUE));
            }
        } finally {
            recorder.records(false);
        }
    }

    private void announce() {
        long before = ann.stats().framesDropped();
        try (HostileMember mallory = mallory()) {
            List<Frame.Status> forged = new ArrayList<>();
            for (MemberState state : MemberState.values()) {
                forged.add(status(NODE, life + 5, state, Site.UNKNOWN));
            }
            forged.add(status(MALLORY, IMPOSSIBLE, MemberState.ACTIVE, Site.UNKNOWN));
            forged.add(status(MALLORY, Long.MAX_VALUE, MemberState.ACTIVE, Site.UNKNOWN));
            forged.forEach(mallory::announce);
            mallory.announce(new byte[] {(byte) 0xc1});
            Soon.holds(
                    () -> assertThat(ann.stats().framesDropped()).isGreaterThanOrEqualTo(before + forged.size() + 1));
            Site large = new Site(Map.of("label", "x".repeat(60_000)), null, null);
            mallory.announce(status(MALLORY, 5, MemberState.ACTIVE, large));
            Soon.holds(
                    () -> assertThat(ann.nodes()).anyMatch(each -> each.name().equals(MALLORY)));
        }
        Soon.holds(() -> assertThat(ann.nodes()).singleElement().satisfies(each -> assertThat(each.name())
                .isEqualTo(NODE)));
    }

    Frame.Status status(String name, long epoch, MemberState state, Site site) {
        return new Frame.Status(name, epoch, state, 1_000, 1_000, 1_000, 65_536, 65_536, 0, site, functions());
    }

    private List<FunctionInfo> functions() {
        return ann.nodes().stream()
                .filter(each -> each.name().equals(NODE))
                .findFirst()
                .orElseThrow()
                .functions();
    }

    private void lure() {
        try (HostileMember mallory = mallory()) {
            mallory.announce(status(MALLORY, 5, MemberState.ACTIVE, Site.UNKNOWN));
            Soon.holds(
                    () -> assertThat(ann.nodes()).anyMatch(each -> each.name().equals(MALLORY)));
            Canvas canvas = Canvas.on(ann).routedBy(Router.toNode(NODE)).withTimeout(BOUND);
            List<Integer> results =
                    Flux.range(0, 100).transform(canvas.map(NEXT)).collectList().block(BOUND);
            assertThat(results).isEqualTo(IntStream.rangeClosed(1, 100).boxed().toList());
            assertThat(mallory.frames).noneMatch(Frame.Tasks.class::isInstance);
        }
    }

    private void call() {
        try (HostileMember mallory = mallory()) {
            Flux.range(0, MANY).flatMap(i -> mallory.askWhoIsThere(), 64).blockLast(BOUND);
        }
    }

    // ---- deployments

    private void deploy() throws Exception {
        Modules modules = Modules.on(ann, KEY).withNodes(NODE).withTimeout(BOUND);
        recorder.records(true);
        assertDeployed(modules, padded(GrowByOne.class).withVersion("1"));
        List<Body.Call> recorded = recorder.calls();
        recorder.records(false);
        try (Cluster mallory = Cluster.connect(member(MALLORY))) {
            mallory.awaitNodes(1, BOUND).block();
            Canvas canvas = Canvas.on(mallory).routedBy(Router.toNode(NODE)).withTimeout(BOUND);
            assertRefused(canvas, "signature is wrong", "deploy.begin", NO_SIGNATURE);
            assertRefused(canvas, "signature is wrong", "deploy.remove", "grow", NO_SIGNATURE, NO_SIGNATURE);
            assertRefused(
                    canvas,
                    "signature is wrong",
                    "deploy.open_jar",
                    "grow",
                    "3",
                    PIECE,
                    NO_SIGNATURE,
                    NO_SIGNATURE,
                    NO_SIGNATURE);
            List<String> disturbances = Collections.synchronizedList(new ArrayList<>());
            Disposable disturbing = disturbing(canvas, disturbances);
            assertDeployed(modules, padded(GrowByAMillion.class).withVersion("2"));
            Soon.holds(() -> assertThat(disturbances).isNotEmpty());
            disturbing.dispose();
            assertThat(disturbances)
                    .allMatch(each -> each.contains("signature is wrong") || each.contains("no transfer"));
            repeat(canvas, recorded);
        }
        assertThat(Canvas.on(ann).withTimeout(BOUND).run(GROW.s(1)).block()).isEqualTo(1_000_001);
    }

    private static Module padded(Class<?> type) throws Exception {
        byte[] noise = new byte[PADDING]; // several pieces
        new Random(7).nextBytes(noise);
        return Module.ofJar("grow", TestModules.bytes(type, Map.of("noise", noise)));
    }

    private static void assertDeployed(Modules modules, Module module) {
        assertThat(modules.deploy(module).blockLast(BOUND)).isInstanceOf(DeploymentEvent.Deployed.class);
    }

    private static void assertRefused(Canvas canvas, String why, String step, Object... args) {
        assertThatThrownBy(() -> canvas.run(Task.of(step).s(args)).block(BOUND)).hasMessageContaining(why);
    }

    /** Pieces and commits of all transfers that there may be, as fast as they are refused. */
    private static Disposable disturbing(Canvas canvas, List<String> refusals) {
        byte[] piece = new byte[PIECE];
        return Flux.range(0, Integer.MAX_VALUE)
                .concatMap(i -> canvas.run(
                                i % 4 == 0
                                        ? Task.of("deploy.commit").s(1L + i / 4 % 4, NO_SIGNATURE)
                                        : Task.of("deploy.chunk").s(1L + i % 4, PIECE * (i % 3), piece, NO_SIGNATURE))
                        .map(done -> "was taken")
                        .onErrorResume(TaskException.class, refused -> Mono.just(String.valueOf(refused.getMessage()))))
                .subscribe(refusals::add, failed -> refusals.add("failed: " + failed));
    }

    /** Each step that ann signed, once more: only the question for a challenge is answered. */
    private void repeat(Canvas canvas, List<Body.Call> recorded) {
        List<String> refusals = new ArrayList<>();
        for (Body.Call each : recorded) {
            String step = functions().stream()
                    .filter(function -> function.number() == each.function())
                    .findFirst()
                    .orElseThrow()
                    .name();
            if (SIGNED.contains(step)) {
                assertThatThrownBy(() -> canvas.run(Task.of(step).s(each.args().toArray()))
                                .block(BOUND))
                        .isInstanceOfSatisfying(
                                TaskException.class, refused -> refusals.add(step + ": " + refused.getMessage()));
            }
        }
        assertThat(refusals)
                .as("repeated steps")
                .anyMatch(each -> each.startsWith("deploy.open_jar: ") && each.contains("challenge is not valid"))
                .anyMatch(each -> each.startsWith("deploy.chunk: ") && each.contains("there is no transfer"))
                .anyMatch(each -> each.startsWith("deploy.commit: ") && each.contains("there is no transfer"));
    }
}
