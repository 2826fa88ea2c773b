package io.broccoli.deploy;

import io.broccoli.cluster.Cluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Changes the settings of running boards: Wi-Fi, broker, deployment key and the others of their {@code config.py}.
 * Immutable and thread-safe; no method blocks.
 *
 * <p>A board accepts settings only if it was given a deployment key, and only if they are signed with this key. They
 * are also encrypted with it. The board restarts and tries them. This member confirms them as soon as it sees the board
 * with them. Without a confirmation within the time of the trial, or after a crash or a power cut during the trial, the
 * board restarts with its older settings. If the broker changes, this member must be connected to both
 * ({@code mqtt://older+mqtt://newer}), unless the brokers forward messages to each other.
 */
public final class BoardSettings {

    /** The longest trial that boards accept: one hour. */
    public static final Duration LONGEST_TRIAL = Duration.ofHours(1);

    private static final Duration DEFAULT_TRIAL = Duration.ofMinutes(2);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final String clusterName;
    private final Signer signer;
    private final @Nullable String newKey;
    private final Duration trial;
    private final Duration timeout;

    private BoardSettings(
            Cluster cluster,
            String clusterName,
            Signer signer,
            @Nullable String newKey,
            Duration trial,
            Duration timeout) {
        this.cluster = cluster;
        this.clusterName = clusterName;
        this.signer = signer;
        this.newKey = newKey;
        this.trial = trial;
        this.timeout = timeout;
    }

    /**
     * Settings that are signed and encrypted with a key.
     *
     * @param key the {@code deploy_key} that the boards have now
     * @throws IllegalArgumentException if the key is empty
     */
    public static BoardSettings on(Cluster cluster, byte[] key) {
        return new BoardSettings(cluster, cluster.clusterName(), new Signer(key), null, DEFAULT_TRIAL, DEFAULT_TIMEOUT);
    }

    /** As {@link #on(Cluster, byte[])}, with the UTF-8 bytes of a text as key. */
    public static BoardSettings on(Cluster cluster, String key) {
        return on(cluster, key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sets the name of the boards' cluster, for boards of another cluster behind a relay. Signatures cover it. Default:
     * that of this member.
     */
    public BoardSettings withClusterName(String value) {
        return new BoardSettings(cluster, value, signer, newKey, trial, timeout);
    }

    /**
     * Also replaces the deployment key. The confirmation is signed with the new key. From then on the board refuses the
     * older one. Whoever has the older key and recorded the messages can read the new one.
     *
     * @param key one line, not empty
     * @throws IllegalArgumentException if it is not
     */
    public BoardSettings withNewKey(String key) {
        if (key.isBlank() || key.indexOf('\n') >= 0 || key.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("the new key is one line, and not empty");
        }
        return new BoardSettings(cluster, clusterName, signer, key, trial, timeout);
    }

    /**
     * Sets how long a board tries new settings without a confirmation: 1 s to one hour, default 2 minutes. It includes
     * the time that the board takes to join the Wi-Fi and to connect to the broker.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public BoardSettings withTrial(Duration value) {
        if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(LONGEST_TRIAL) > 0) {
            throw new IllegalArgumentException("a trial takes 1 s to 1 h, not " + value);
        }
        return new BoardSettings(cluster, clusterName, signer, newKey, value, timeout);
    }

    /**
     * Sets the time-out of each message to a board, default 30 s.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public BoardSettings withTimeout(Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("the time-out of a step must be positive, not " + value);
        }
        return new BoardSettings(cluster, clusterName, signer, newKey, trial, value);
    }

    /**
     * Sends settings to a board, and confirms them. Nothing is sent before the subscription. Cancelling sends no
     * confirmation; the board then gives up settings that it has received.
     *
     * @param board the name of the board
     * @param settings a JSON object of names and values, as in the board's {@code config.py}. Settings that it does not
     *     name stay as they are; null restores the value of {@code config.py}. About 840 bytes at most. Names of
     *     boards and clusters, and files, cannot be changed
     * @return completes when the settings are in use for good; errors with a {@link io.broccoli.task.TaskException} that
     *     says why the board refused them, or why it has its older settings again
     */
    public Mono<Void> configure(String board, String settings) {
        return Mono.defer(() -> {
            String text = trial.toSeconds() + "\n" + (newKey == null ? "" : newKey) + "\n" + settings;
            Signer confirming = newKey == null ? signer : new Signer(Keyring.bytes(newKey));
            return new SettingsTrial(cluster, clusterName, board, trial, timeout)
                    .run(text.getBytes(StandardCharsets.UTF_8), signer, confirming);
        });
    }
}
