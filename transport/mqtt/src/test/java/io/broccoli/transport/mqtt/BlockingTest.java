package io.broccoli.transport.mqtt;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What blocks a thread that must not be blocked fails the tests of this module. */
class BlockingTest {

    @Test
    void blockingOnAThreadOfReactorIsNoticed() {
        Mono<Long> blocking = Mono.fromCallable(
                () -> Mono.delay(Duration.ofMillis(1)).toFuture().get());
        StepVerifier.create(blocking.subscribeOn(Schedulers.parallel()))
                .expectError(BlockingOperationError.class)
                .verify(Duration.ofSeconds(10));
    }
}
