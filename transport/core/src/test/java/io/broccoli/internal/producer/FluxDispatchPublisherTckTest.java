package io.broccoli.internal.producer;

import io.broccoli.internal.member.Calls;
import io.broccoli.internal.member.TckCluster;
import io.broccoli.task.TaskOutcome;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import reactor.core.publisher.Flux;

/** The rules of Reactive Streams, for what leaves the operator. */
@SuppressWarnings("NullAway.Init") // by join
public class FluxDispatchPublisherTckTest extends PublisherVerification<TaskOutcome<Integer>> {

    private TckCluster cluster;

    public FluxDispatchPublisherTckTest() {
        super(TckCluster.environment());
    }

    @BeforeClass
    public void join() {
        cluster = TckCluster.adding();
    }

    @AfterClass
    public void leave() {
        cluster.close();
    }

    @Override
    public Publisher<TaskOutcome<Integer>> createPublisher(long elements) {
        return cluster.dispatch(Flux.range(0, (int) elements), Calls.doubling());
    }

    @Override
    public Publisher<TaskOutcome<Integer>> createFailedPublisher() {
        return cluster.dispatch(
                Flux.<Integer>error(new IllegalStateException("as the test wants it")), Calls.doubling());
    }

    @Override
    public long maxElementsFromPublisher() {
        return Integer.MAX_VALUE;
    }
}
