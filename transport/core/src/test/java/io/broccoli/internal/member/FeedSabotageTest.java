package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.sabotage.MutatedClasses;
import io.broccoli.sabotage.Mutation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The tests of feeds can fail: each rule of feeds, once it is broken, fails the test that is named with it. */
@Tag("sabotage")
class FeedSabotageTest {

    private static final String LATEST = "FeedTest.ofASourceThatGivesTheLatestASlowSubscriberGetsTheLastWord";
    private static final String OWN_CREDIT = "FeedTest.eachSubscriberHasItsOwnCreditAndIsToldWhatItMissed";
    private static final String SLOWEST = "FeedTest.theSlowestSubscriberSetsThePaceOfASourceThatSlowsDown";
    private static final String LATE =
            "FeedTest.nothingIsDroppedForASubscriberThatTakesLessThanTheSourceWasAskedForAlready";
    private static final String SHARED = "FeedTest.nothingIsSubscribedBeforeSomebodyListensAndOnceForAllWhoDo";
    private static final String NO_PLACE = "FeedTest.subscribersHoldNeitherAWorkerNorAPlace";
    private static final String TOO_MANY = "FeedTest.aSubscriberTooManyIsRefusedAndComesInWhenAnotherLeft";
    private static final String COME_AND_GO = "FeedTest.nodesThatComeLaterAreSubscribedAndOneThatLeavesEndsOnlyItsPart";
    private static final String BROKEN =
            "FeedTest.whereAConnectionBreaksTheFeedGoesOnBehindWhatWasEmittedAndCountsTheRest";
    private static final String CHOSEN = "FeedTest.onlyNodesOfTheNameLabelAndSiteAreSubscribed";
    private static final String DRAINED = "FeedTest.aNodeThatDrainsIsNotHeldUpByItsSubscribers";
    private static final String COMPLETED = "FeedFailuresTest.aSourceThatCompletesEndsItsPartUntilItsNodeBeginsAnew";
    private static final String LAST_ONES =
            "FeedTest.samplesThatCameAsTheLastSubscriberLeftAreMissedByWhoGoesOnBehindIt";
    private static final String MINUTE =
            "FeedAccountTest.tenSamplesInASecondAreTakenOfTwelveThousandForAMinuteWithinAllBoundsAndToTheSample";
    private static final String KILLED = "FeedAccountTest.aSubscriberThatIsKilledAndRestartedGoesOnWithoutARepeat";
    private static final String FAULTS =
            "FeedAccountTest.nothingIsLostUncountedThoughFramesAreLostRepeatedAndReordered";

    private static final String VIEWED = "FeedViewTest.whatTheSensorGaveIsWhatTheViewUsedAndMissedThoughFramesAreLost";
    private static final String SHARED_VIEW = "FeedViewTest.twoSubscribersOfOneViewShareItsComputationAndItsPanes";
    private static final String VIEW_WAITS = "FeedViewTest.aSourceThatSlowsDownGivesAViewNoMoreThanItsSubscribersTake";
    private static final String PANES = "FeedViewTest.panesOfTimeAreAlignedToTheNodesClockAndEndThoughNothingCame";
    private static final String RESUMED_VIEW = "FeedViewTest.whoResumesAViewGoesOnBehindItsPosition";
    private static final String MARKS = "FeedViewTest.aViewThatPassesNothingSendsMarksToWhoWantsThem";
    private static final String CHECKED = "FeedViewTest.aViewIsRefusedBeforeItRunsAndTheFailureNamesNodeAndStep";

    private static final String SAME = "final class FeedSource implements FeedOrigin {";

    private static final List<Mutation> ALL = List.of(
            // ---- the account
            Mutation.of(
                    "what was missed is not counted",
                    FAULTS,
                    "FeedSubscriber",
                    "long missed = since - used;",
                    "long missed = 0;"),
            Mutation.of(
                    "a subscriber that goes on begins with what comes next",
                    KILLED,
                    "FeedSubscriber",
                    "sameLife ? after.sequence() : 0;",
                    "sameLife ? source.produced() : 0;"),
            Mutation.of(
                    "what was emitted is forgotten when a connection breaks",
                    BROKEN,
                    "FeedPart",
                    "last = sample.position();",
                    ""),
            Mutation.of(
                    "another life of the node is taken for the same",
                    COME_AND_GO,
                    "NodeFeeds",
                    "private long epoch = newEpoch();",
                    "private long epoch = 1;"),
            Mutation.of(
                    "what came as the last subscriber left is not counted",
                    LAST_ONES,
                    "FeedSource",
                    "produced += current.cancel();",
                    "current.cancel();"),
            Mutation.of(
                    "items come again to who has them",
                    FAULTS,
                    "ItemSink",
                    "if (index == received + 1 && index <= limit()) {",
                    "if (index <= received + 1 && index <= limit()) {"),
            // ---- bounds
            Mutation.of(
                    "one more waits than the source keeps",
                    OWN_CREDIT,
                    "FeedSubscriber",
                    "(waiting.size() > kept ||",
                    "(waiting.size() > kept + 1 ||"),
            Mutation.of(
                    "the newest are dropped",
                    LATEST,
                    "FeedSubscriber",
                    "bytes -= waiting.removeFirst().sample().value().length();",
                    "bytes -= waiting.removeLast().sample().value().length();"),
            Mutation.of("a source that slows down drops", LATE, "FeedSubscriber", "while (kept > 0 && (", "while (("),
            Mutation.of(
                    "samples cost no credit",
                    MINUTE,
                    "FeedSubscriber",
                    "next.sequence();\n        credit--;\n",
                    "next.sequence();\n"),
            Mutation.of(
                    "a source that slows down is asked for all there is",
                    MINUTE,
                    "Intake",
                    "if (!counts) { // it is asked",
                    "if (true) { // it is asked"),
            Mutation.of(
                    "the slowest subscriber is not waited for",
                    SLOWEST,
                    "FeedSource",
                    "room = Math.min(room, subscriber.room());",
                    "room = Math.max(room == Long.MAX_VALUE ? 0 : room, subscriber.room());"),
            Mutation.of(
                    "the slow one sets the pace of a source that drops",
                    OWN_CREDIT,
                    "NodeFeeds",
                    "WorkerThread.of(threads), counts, note);",
                    "WorkerThread.of(threads), true, note);"),
            Mutation.of("subscribers are not bounded", TOO_MANY, "NodeFeeds", "subscribers.size() >= most", "false"),
            Mutation.of(
                    "subscribers hold their places", NO_PLACE, "NodeFeeds", "task.ledger.leavesItsPlace(task);", ""),
            // ---- views
            Mutation.of(
                    "a result stands for one reading only",
                    SHARED_VIEW,
                    "FeedSubscriber",
                    "long used = Math.min(since, next.sample().used());",
                    "long used = Math.min(since, 1);"),
            Mutation.of(
                    "what a slow subscriber did not get of a view is not counted",
                    VIEWED,
                    "FeedSubscriber",
                    "long missed = since - used;",
                    "long missed = 0;"),
            Mutation.of(
                    "each subscriber has a computation of its own",
                    SHARED_VIEW,
                    "FeedSource",
                    "return views.computeIfAbsent(program, each -> new FeedView(each, this, feeds));",
                    "return new FeedView(program, this, feeds);"),
            Mutation.of(
                    "readings that a view works on are forgotten",
                    VIEW_WAITS,
                    "FeedView",
                    "room == Long.MAX_VALUE ? room : room - pending;",
                    "room == Long.MAX_VALUE ? room : room + 100;"),
            Mutation.of(
                    "a pane of time has no end of its own",
                    PANES,
                    "FeedView",
                    "            arm();\n        }\n",
                    "        }\n"),
            Mutation.of(
                    "what passed before a view began counts as used",
                    RESUMED_VIEW,
                    "FeedView",
                    "this.covered = base.produced();",
                    "this.covered = 0;\n        base.produced();"),
            Mutation.of("marks are never sent", MARKS, "FeedView", "subscriber.mark(time);", ""),
            Mutation.of(
                    "functions are not looked for before a view runs",
                    CHECKED,
                    "NodeFeeds",
                    "view.check(viewFunctions());",
                    "if (view.hashCode() == 0 && view.plain().isEmpty()) throw new Fault(\"\");"),
            // ---- who is subscribed
            Mutation.of(
                    "the publisher is subscribed for each subscriber",
                    SHARED,
                    "FeedSource",
                    "if (intake == null) {",
                    "if (true) {"),
            Mutation.of(
                    "the publisher is not cancelled",
                    SHARED,
                    "FeedSource",
                    "if (subscribers.isEmpty()) {",
                    "if (false) {"),
            Mutation.of(
                    "a node that is gone is not subscribed again",
                    COME_AND_GO,
                    "FeedPart",
                    "return !underWay && !paused",
                    "return life == NONE && run == null && last == null && !underWay && !paused"),
            Mutation.of(
                    "sites are not chosen",
                    CHOSEN,
                    "FeedParts",
                    "choices().isWanted(options.site(), node.site())",
                    "choices().isWanted(site -> true, node.site())"),
            Mutation.of(
                    "a node that drains takes subscribers on",
                    DRAINED,
                    "NodeFeeds",
                    "task.seq(), true,",
                    "task.seq(), false,"),
            Mutation.of(
                    "a source that completed is subscribed again at once",
                    COMPLETED,
                    "FeedPart",
                    "!(completed && at.bootEpoch() == life)",
                    "true"));

    @TestFactory
    Stream<DynamicTest> itIsNoticedThat() {
        return ALL.stream()
                .map(mutation -> DynamicTest.dynamicTest(
                        mutation.name(),
                        () -> assertThat(play(mutation)).as(mutation.scenario()).isNotEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> nothingIsNoticedWhereNothingIsBroken() {
        return ALL.stream()
                .map(Mutation::scenario)
                .distinct()
                .map(test -> DynamicTest.dynamicTest(
                        test, () -> assertThat(play(Mutation.of("none", test, "FeedSource", SAME, SAME)))
                                .isEmpty()));
    }

    private static String play(Mutation mutation) throws Exception {
        return new MutatedClasses(mutation, FeedSabotageTest.class, MemberSabotageTest.PACKAGES)
                .play(mutation.scenario(), 1, 4);
    }

    /** Called in the mutated copy of this class: runs a test, once for each seed if it takes one; says what failed, or nothing. */
    static String play(String test, long firstSeed, int seeds) throws ReflectiveOperationException {
        String[] name = test.split("\\.");
        Class<?> type = Class.forName(FeedSabotageTest.class.getPackageName() + "." + name[0]);
        for (Method method : type.getDeclaredMethods()) {
            if (method.getName().equals(name[1])) {
                boolean seeded = method.getParameterCount() > 0;
                for (long seed = firstSeed; seed < firstSeed + (seeded ? seeds : 1); seed++) {
                    String failed = run(type, method, seeded ? new Object[] {seed} : new Object[0]);
                    if (!failed.isEmpty()) {
                        return failed;
                    }
                }
                return "";
            }
        }
        throw new NoSuchMethodException(test);
    }

    private static String run(Class<?> type, Method method, Object[] arguments) throws ReflectiveOperationException {
        try {
            method.invoke(type.getDeclaredConstructor().newInstance(), arguments);
            return "";
        } catch (InvocationTargetException failed) {
            return String.valueOf(failed.getCause());
        }
    }
}
