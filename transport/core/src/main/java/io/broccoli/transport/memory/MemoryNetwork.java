package io.broccoli.transport.memory;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A network with a broker in this process, for tests, for any number of clusters. Without faults, frames arrive at once
 * and in order. With a {@link FaultPlan} they are lost, repeated, delayed and reordered, in the same way each time if
 * the scheduler is a virtual one. Announcements are delayed by the smallest delay, but neither lost nor reordered,
 * because a broker acknowledges them.
 *
 * <p>Members can be {@linkplain #cut cut off}, {@linkplain #divide divided} from each other, and
 * {@linkplain #vanish made to vanish}. The broker can be {@linkplain #stopBroker stopped}. Thread-safe.
 */
public final class MemoryNetwork implements TransportProvider {

    static final int MAX_FRAME = 16 * 1024 * 1024;

    /** Most frames that wait at a receiver. */
    private static final int INBOX = 65_536;

    /** Threads of networks without a scheduler of their own. They are daemons, so they need not be stopped. */
    private static final class Threads {
        static final Scheduler SHARED = Schedulers.newParallel("broccoli-memory", Schedulers.DEFAULT_POOL_SIZE, true);
    }

    private record Route(String from, String to) {}

    private final Object lock = new Object();
    private final Scheduler scheduler;
    private final Traffic traffic = new Traffic();
    private final Map<String, Room> rooms = new ConcurrentHashMap<>();
    private final Set<Route> divided = ConcurrentHashMap.newKeySet();
    private final Set<String> cut = new HashSet<>();

    private final Passage passage;
    private boolean brokerStopped;
    private int open;

    /** A network without faults, on shared threads. */
    public MemoryNetwork() {
        this(Threads.SHARED, FaultPlan.NONE);
    }

    /**
     * A network with faults.
     *
     * @param scheduler delays and delivers frames; a virtual one makes all runs the same
     * @param plan the faults
     */
    public MemoryNetwork(Scheduler scheduler, FaultPlan plan) {
        this.scheduler = scheduler;
        this.passage = new Passage(scheduler, traffic, plan);
    }

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    /** Opens a transport on this network, whatever the URI. */
    @Override
    public Transport open(URI uri, String cluster, String member, ConnectOptions options) {
        synchronized (lock) {
            open++;
        }
        Inbox inbox = new Inbox(scheduler.createWorker(), INBOX);
        return new MemoryTransport(this, cluster, member, inbox, options.maxFrameOf(MAX_FRAME));
    }

    /** Sets the faults from now on. The random choices of the seed start again. */
    public void plan(FaultPlan next) {
        passage.plan(next);
    }

    /** Adds a delay, from now on, to all frames from and to a member. */
    public void distance(String member, Duration oneWay) {
        passage.distance(member, oneWay);
    }

    /** Breaks the member's connection until {@link #restore}. The member is notified, and the broker sends its will. */
    public void cut(String member) {
        synchronized (lock) {
            cut.add(member);
            each(member, (room, transport) -> {
                if (transport.isConnected()) {
                    transport.disconnect(member + " was cut off");
                    sendWill(room, transport);
                }
            });
        }
    }

    /** Ends a {@link #cut}. */
    public void restore(String member) {
        synchronized (lock) {
            cut.remove(member);
            each(member, this::connect);
        }
    }

    /** Simulates the death of the member's process: its will is sent, it receives nothing more, and its sends fail. */
    public void vanish(String member) {
        synchronized (lock) {
            each(member, (room, transport) -> {
                boolean connected = transport.isConnected();
                room.members.remove(member, transport);
                end(transport);
                if (connected) {
                    sendWill(room, transport);
                }
            });
        }
    }

    /**
     * Drops all frames from one member to another, from now on, without notifying anyone. Call it twice for both
     * directions.
     */
    public void divide(String from, String to) {
        divided.add(new Route(from, to));
    }

    /** Ends a {@link #divide}. The latest announcement of {@code from} is delivered. */
    public void heal(String from, String to) {
        synchronized (lock) {
            if (divided.remove(new Route(from, to))) {
                each(to, (room, transport) -> {
                    byte[] status = room.presences().get(from);
                    if (status != null && transport.isConnected()) {
                        transport.presence(from, status);
                    }
                });
            }
        }
    }

    /** Stops the broker: disconnects all members. No will is sent. Frames in flight are lost. */
    public void stopBroker() {
        synchronized (lock) {
            brokerStopped = true;
            for (Room room : rooms.values()) {
                for (MemoryTransport transport : room.all()) {
                    if (transport.isConnected()) {
                        transport.disconnect("the broker was stopped");
                    }
                }
            }
        }
    }

    /** Starts the broker again. It still knows the former announcements. */
    public void startBroker() {
        synchronized (lock) {
            brokerStopped = false;
            for (Room room : rooms.values()) {
                room.all().forEach(transport -> connect(room, transport));
            }
        }
    }

    /** The counters so far. */
    public TrafficStats stats() {
        return traffic.stats();
    }

    /** Whether all that was opened is closed. */
    boolean isDeserted() {
        synchronized (lock) {
            return open == 0;
        }
    }

    void enter(MemoryTransport transport) {
        synchronized (lock) {
            if (transport.closed) {
                return;
            }
            Room room = rooms.computeIfAbsent(transport.cluster, name -> new Room());
            MemoryTransport twin = room.members.put(transport.member, transport);
            if (twin != null) {
                twin.disconnect("another member named " + twin.member + " took over");
                sendWill(room, twin);
            }
            connect(room, transport);
            if (!transport.isConnected()) {
                transport.disconnect(brokerStopped ? "the broker was stopped" : transport.member + " was cut off");
            }
        }
    }

    void leave(MemoryTransport transport, boolean forget) {
        synchronized (lock) {
            Room room = rooms.get(transport.cluster);
            boolean connected = transport.isConnected();
            end(transport);
            if (room != null && room.members.remove(transport.member, transport) && forget && connected) {
                spread(room, transport, new byte[0]);
            }
        }
    }

    Mono<Void> announce(MemoryTransport transport, byte[] status) {
        synchronized (lock) {
            Room room = rooms.get(transport.cluster);
            if (transport.closed || room == null) {
                return Mono.error(new IllegalStateException(transport.member + " is closed, or was not started"));
            }
            if (!transport.isConnected()) {
                return transport.later(status);
            }
            spread(room, transport, status);
            return Mono.empty();
        }
    }

    void hello(MemoryTransport transport) {
        Room room = roomOf(transport);
        traffic.hellos.increment();
        synchronized (lock) {
            for (MemoryTransport other : room.all()) {
                if (other != transport && reaches(transport, other)) {
                    passage.hello(transport, other);
                }
            }
        }
    }

    void carry(MemoryTransport from, String to, byte[] frame) {
        Room room = roomOf(from);
        if (frame.length > from.maxFrame()) {
            throw new IllegalArgumentException("a frame of " + frame.length + " bytes; at most " + from.maxFrame());
        }
        traffic.sent(frame);
        MemoryTransport receiver = room.members.get(to);
        if (receiver == null || !reaches(from, receiver)) {
            traffic.unreachable.increment();
        } else {
            passage.frame(from, receiver, frame);
        }
    }

    private void end(MemoryTransport transport) {
        if (!transport.closed) {
            open--;
            transport.close();
        }
    }

    private boolean reaches(MemoryTransport from, MemoryTransport to) {
        return to.isConnected() && (divided.isEmpty() || !divided.contains(new Route(from.member, to.member)));
    }

    private Room roomOf(MemoryTransport transport) {
        Room room = rooms.get(transport.cluster);
        if (room == null || !transport.isConnected()) {
            throw new IllegalStateException(transport.member + " is not connected");
        }
        return room;
    }

    private void connect(Room room, MemoryTransport transport) {
        if (transport.closed || transport.isConnected() || brokerStopped || cut.contains(transport.member)) {
            return;
        }
        transport.connect();
        room.presences().forEach((of, status) -> {
            if (!divided.contains(new Route(of, transport.member))) {
                transport.presence(of, status);
            }
        });
        byte[] status = transport.takeUnannounced();
        if (status != null) {
            spread(room, transport, status);
            transport.announcedNow();
        }
    }

    private void sendWill(Room room, MemoryTransport transport) {
        byte[] will = transport.will();
        if (will != null) {
            spread(room, transport, will);
        }
    }

    /** Keeps it and tells all, the member itself too. */
    private void spread(Room room, MemoryTransport of, byte[] status) {
        traffic.presences.increment();
        room.keep(of.member, status);
        for (MemoryTransport member : room.all()) {
            if (reaches(of, member)) {
                passage.presence(member, of.member, status);
            }
        }
    }

    private void each(String member, BiConsumer<Room, MemoryTransport> action) {
        for (Room room : rooms.values()) {
            MemoryTransport transport = room.members.get(member);
            if (transport != null) {
                action.accept(room, transport);
            }
        }
    }
}
