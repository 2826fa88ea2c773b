package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Refusal;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The links of a node, by their producers. Keeps the accounts of at most {@code most} producers, and the epochs of at most as many
 * that said good-bye a short while ago.
 */
final class Accounts {

    private final int most;
    private final LinkNumbers numbers;
    private final CreditLedger.Host host;
    private final Consumer<Account> fence;
    private final Map<String, Account> open = new LinkedHashMap<>();
    private final Map<String, Share> shares = new HashMap<>(); // of links, and of what runs on without one
    private final Map<String, Epochs> departed = new LinkedHashMap<>(); // the longest ago first

    /** Of a link. */
    private record Epochs(long producer, long link) {}

    /** @param fence takes from an account all that it has; called before another one takes its place */
    Accounts(long bootEpoch, int most, CreditLedger.Host host, Consumer<Account> fence) {
        this.numbers = new LinkNumbers(bootEpoch);
        this.most = most;
        this.host = host;
        this.fence = fence;
    }

    int size() {
        return open.size();
    }

    Collection<Account> all() {
        return open.values();
    }

    /** The least of all. */
    int frameLimit(long now) {
        return open.values().stream()
                .mapToInt(each -> each.frameLimit(now))
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    @Nullable Account get(String producer) {
        return open.get(producer);
    }

    /**
     * The account of a frame's sender. A link is opened where there is none, or where the frame says that it ended.
     *
     * @return null if the frame was refused
     */
    @Nullable Account of(String from, Frame.ToNode frame, long now) {
        Account account = open.get(from);
        if (account != null && frame.producerEpoch() == account.producerEpoch && !isGivenUp(account, frame)) {
            if (frame instanceof Frame.Poll) {
                polled(account, frame.linkEpoch(), now);
            }
            return account;
        }
        Epochs former = account == null ? departed.get(from) : new Epochs(account.producerEpoch, account.linkEpoch);
        if (former == null) {
            return begin(from, frame, numbers.first(now), now);
        }
        if (frame.producerEpoch() < former.producer) {
            host.refuse(from, new Frame.Nack(frame.linkEpoch(), 0, 0, Refusal.STALE_PRODUCER, former.producer));
            return null;
        }
        if (frame.producerEpoch() > former.producer) {
            return begin(
                    from, frame, former.link, now); // frames tell the lives of a producer apart: no number is used up
        }
        return begin(from, frame, numbers.after(former.link, now), now);
    }

    private void polled(Account account, long linkEpoch, long now) {
        account.polled(linkEpoch);
        if (account.isUnheard(now)) {
            host.unheard(account.producer(), account.asked());
        }
    }

    private static boolean isGivenUp(Account account, Frame.ToNode frame) {
        return frame.linkEpoch() == -account.linkEpoch;
    }

    private @Nullable Account begin(String from, Frame.ToNode frame, long linkEpoch, long now) {
        Account former = open.get(from);
        if (linkEpoch == LinkNumbers.NONE || former == null && open.size() >= most) {
            host.refuse(from, new Frame.Nack(frame.linkEpoch(), 0, 0, Refusal.BUSY, 0));
            return null;
        }
        if (former != null) {
            fence.accept(former);
        }
        departed.remove(from);
        Share known = former == null ? shares.get(from) : former.share;
        Share share = known == null ? new Share(from, shares) : known;
        return open(share, frame.producerEpoch(), linkEpoch, now);
    }

    private Account open(Share share, long producerEpoch, long linkEpoch, long now) {
        Account account = new Account(share, producerEpoch, linkEpoch, now);
        share.link = account;
        shares.put(share.producer(), share);
        open.put(share.producer(), account);
        return account;
    }

    /**
     * Ends a link, and opens another one to the same life of its producer.
     *
     * @return null if that cannot be done before the next tick of the numbers: the link goes on
     */
    @Nullable Account renew(Account former, long now) {
        long linkEpoch = numbers.after(former.linkEpoch, now);
        if (linkEpoch == LinkNumbers.NONE) {
            return null;
        }
        fence.accept(former);
        former.share.fenced(former.linkEpoch);
        Account account = open(former.share, former.producerEpoch, linkEpoch, now);
        account.follows(former);
        return account;
    }

    /** Its link ended. */
    void remove(Account account) {
        open.remove(account.producer());
        account.share.close();
    }

    /** Its producer said good-bye, in this epoch: a late frame of it must not open a link that can be confused with this one. */
    void depart(Account account, long producerEpoch) {
        departed.put(account.producer(), new Epochs(producerEpoch, account.linkEpoch));
        if (departed.size() > most) {
            departed.remove(departed.keySet().iterator().next());
        }
    }

    /** Forgets the good-byes that can be confused with nothing any more. To be called once in a while. */
    void forget(long now) {
        departed.values().removeIf(epochs -> !numbers.isRecent(epochs.link, now));
    }

    /** Whether the numbers of links are nearly used up. */
    boolean areWorn(long now) {
        return numbers.areWorn(now);
    }
}
