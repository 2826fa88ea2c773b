package io.broccoli.transport.tcp;

import io.broccoli.spi.ConnectOptions;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Both roles of a member that speaks TLS. */
record Tls(SslContext dialing, @Nullable SslContext listening) {

    /** Of stores that are never written: PKCS#12 derives a key for each in 10,000 rounds, which takes as long as ten handshakes. */
    private static final String STORE = "JKS";

    /**
     * Who dials must show a certificate of the trusted authority, unless there is a secret to prove and certificates need not name
     * members.
     *
     * @throws IllegalArgumentException if a file cannot be used, or is missing
     */
    static @Nullable Tls of(TcpSettings settings, ConnectOptions options) {
        if (!settings.tls()) {
            return null;
        }
        ConnectOptions.Tls files = options.tls() == null ? new ConnectOptions.Tls(null, null, null) : options.tls();
        Path certificate = files.certificate();
        Path key = files.key();
        if (settings.listens() && (certificate == null || key == null)) {
            throw new IllegalArgumentException(
                    "who listens needs a certificate and a key for TLS; a member that only dials says listen=no");
        }
        File ca = file(files.ca());
        try {
            SslContextBuilder client = SslContextBuilder.forClient()
                    .keyStoreType(STORE)
                    .endpointIdentificationAlgorithm(settings.verify() == TcpSettings.Verify.HOST ? "HTTPS" : null)
                    .trustManager(ca);
            SslContext listening = null;
            if (certificate != null && key != null) {
                client.keyManager(certificate.toFile(), key.toFile());
                listening = SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                        .keyStoreType(STORE)
                        .trustManager(ca)
                        .clientAuth(needsCertificates(settings, options) ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL)
                        .build();
            }
            return new Tls(client.build(), listening);
        } catch (SSLException | IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalArgumentException(
                    "TLS with " + files.ca() + ", " + certificate + " and " + key + ": " + e.getMessage() + ", "
                            + cause.getMessage() + " (certificates and an unencrypted PKCS#8 key, as PEM)",
                    e);
        }
    }

    private static boolean needsCertificates(TcpSettings settings, ConnectOptions options) {
        return options.password() == null || settings.verify() == TcpSettings.Verify.MEMBER;
    }

    private static @Nullable File file(@Nullable Path path) {
        return path == null ? null : path.toFile();
    }
}
