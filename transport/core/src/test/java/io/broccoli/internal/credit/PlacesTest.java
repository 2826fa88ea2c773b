package io.broccoli.internal.credit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** How places are dealt and taken away, as golden/places.json has it: the ledgers of JVM nodes and of boards do the same. */
class PlacesTest {

    @TestFactory
    Stream<DynamicTest> placesAreDealtAndTakenAwayAsOnBoards() throws IOException {
        try (InputStream in = PlacesTest.class.getResourceAsStream("/golden/places.json")) {
            JsonNode cases = new ObjectMapper().readTree(Objects.requireNonNull(in));
            return StreamSupport.stream(cases.spliterator(), false)
                    .map(each -> DynamicTest.dynamicTest(each.path("name").asText(), () -> new Case(each).run()));
        }
    }

    /** The steps are explained in firmware/test/py/test_places.py, which wrote what is expected. */
    private static final class Case implements CreditLedger.Host {

        private final JsonNode steps;
        private final int capacity;
        private final CreditLedger ledger;
        private final Map<String, Integer> weights = new HashMap<>();
        private final Map<String, Long> lives = new HashMap<>();
        private final Map<String, Long> epochs = new TreeMap<>();
        private final Map<String, Long> formerEpochs = new HashMap<>();
        private final List<HeldTask> held = new ArrayList<>();
        private long now;
        private long ctl;

        Case(JsonNode described) {
            steps = described.path("steps");
            capacity = described.path("capacity").asInt();
            ledger = new CreditLedger(
                    3,
                    capacity,
                    16,
                    1 << 10,
                    1 << 16,
                    described.path("maxWeight").asInt(),
                    this);
        }

        void run() {
            for (int i = 0; i < steps.size(); i++) {
                JsonNode step = steps.get(i);
                String who = step.path(1).asText();
                int number = step.path(2).asInt();
                switch (step.path(0).asText()) {
                    case "open" -> {
                        weights.put(who, number);
                        open(who);
                    }
                    case "want" -> poll(who, number, false);
                    case "tasks" ->
                        tasks(who, account(who).linkEpoch, account(who).seen.count() + 1, number);
                    case "done" -> done(who, number);
                    case "void" -> giveBack(who, number);
                    case "late" -> tasks(who, formerEpochs.getOrDefault(who, 0L), 1, 1);
                    case "life" -> open(who);
                    case "bye" -> ledger.bye(who, life(who));
                    case "beat" -> {
                        now += step.path(1).asLong() * 1_000_000;
                        ledger.beat(now);
                    }
                    default -> check(i, step.path(1), step.path(2).asLong());
                }
            }
        }

        private long life(String who) {
            return lives.getOrDefault(who, 0L);
        }

        private Account account(String who) {
            return Objects.requireNonNull(ledger.account(who), who);
        }

        private void open(String who) {
            lives.merge(who, 1L, Long::sum);
            poll(who, 0, true);
            poll(who, 0, false);
        }

        private void poll(String who, int want, boolean opens) {
            Account account = ledger.account(who);
            long epoch = account == null || opens ? 0 : account.linkEpoch;
            int weight = weights.getOrDefault(who, 1);
            ledger.poll(
                    who, new Frame.Poll(life(who), epoch, ++ctl, want, new long[0], List.of(), 2048, 0, weight), now);
        }

        private void tasks(String who, long epoch, long first, int count) {
            List<@Nullable Payload> bodies = new ArrayList<>(Collections.nCopies(count, Payload.EMPTY));
            ledger.tasks(who, new Frame.Tasks(life(who), epoch, ++ctl, capacity, first, 100, bodies), now);
        }

        private void done(String who, int count) {
            List<HeldTask> some = held.stream()
                    .filter(task -> task.producer().equals(who))
                    .limit(count)
                    .toList();
            some.forEach(task -> ledger.finished(task, ResultStatus.SUCCESS, Payload.EMPTY));
            held.removeAll(some);
            ledger.deal();
            takeAnswers(who);
        }

        private void giveBack(String who, int want) {
            Account account = account(who);
            SeqRanges all = new SeqRanges(0, account.seen.count() + 1, 1 << 20);
            ledger.cancel(who, new Frame.Cancel(life(who), account.linkEpoch, ++ctl, want, all), now);
            takeAnswers(who);
        }

        private void takeAnswers(String who) {
            Account account = ledger.account(who);
            if (account != null) {
                ledger.results(account, 1 << 10, 8, 1 << 16, 1 << 16);
            }
        }

        private void check(int step, JsonNode expected, long fences) {
            Map<String, List<Long>> found = new TreeMap<>();
            Map<String, List<Long>> wanted = new TreeMap<>();
            for (String who : lives.keySet()) {
                Account account = ledger.account(who);
                if (account != null) {
                    found.put(who, List.of(account.unused(), account.load() - account.unused()));
                }
                JsonNode places = expected.path(who);
                if (!places.isMissingNode()) {
                    wanted.put(
                            who, List.of(places.path(0).asLong(), places.path(1).asLong()));
                }
            }
            assertThat(found).as("step %d", step).isEqualTo(wanted);
            assertThat(ledger.fences()).as("step %d", step).isEqualTo(fences);
        }

        // ---- the ledger's host

        @Override
        public void send(Account account, Frame.ToProducer frame) {
            if (frame instanceof Frame.Grant grant) {
                Long known = epochs.put(account.producer(), grant.linkEpoch());
                if (known != null && known != grant.linkEpoch()) {
                    formerEpochs.put(account.producer(), known);
                }
            }
        }

        @Override
        public void refuse(String producer, Frame.Nack nack) {}

        @Override
        public HeldTask accept(Account account, long seq, long id, Payload body) {
            HeldTask task = new HeldTask(account, seq, id, body);
            held.add(task);
            return task;
        }

        @Override
        public boolean withdraw(HeldTask task, boolean stop) {
            return false;
        }

        @Override
        public void answersReady(Account account) {}

        @Override
        public void grantSoon() {}
    }
}
