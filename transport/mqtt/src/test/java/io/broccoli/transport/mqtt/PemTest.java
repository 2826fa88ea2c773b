package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.spi.ConnectOptions.Tls;
import io.broccoli.transport.contract.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {

    @TempDir
    Path folder = Path.of(".");

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void keysOfEachKindAreRead(String kind) throws Exception {
        byte[] key = KeyPairGenerator.getInstance(kind)
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        Path file = Files.writeString(folder.resolve("key"), Certificates.pem("PRIVATE KEY", key));
        assertThat(Pem.privateKey(file).getEncoded()).isEqualTo(key);
    }

    @Test
    void aMistakeNamesTheFile() throws Exception {
        Path missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> Pem.trust(missing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no certificates to trust in " + missing + ": NoSuchFileException");
        Path empty = Files.createFile(folder.resolve("empty.pem"));
        assertThatThrownBy(() -> Pem.trust(empty)).hasMessageContaining("no certificate in it");
        Path old = Files.writeString(folder.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\n");
        assertThatThrownBy(() -> Pem.identity(new Tls(null, empty, old)))
                .hasMessageStartingWith("no private key in " + old)
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    }

    @Test
    void withoutAFileWhatTheJavaInstallationTrustsIsReadAtOnce() {
        assertThat(Pem.trust(null).getTrustManagers())
                .singleElement()
                .isInstanceOfSatisfying(X509TrustManager.class, manager -> assertThat(manager.getAcceptedIssuers())
                        .isNotEmpty());
    }
}
