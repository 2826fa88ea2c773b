package io.broccoli.transport.mqtt;

import io.broccoli.spi.ConnectOptions.Tls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Reads the PEM files of {@link Tls}. Errors are {@link IllegalArgumentException}s that name the file. */
final class Pem {

    private static final String[] KEY_KINDS = {"RSA", "EC", "EdDSA"};
    private static final char[] NO_PASSWORD = new char[0];

    private Pem() {}

    /** Without a file: what the Java installation trusts, which is read now, and not by an event loop when it connects. */
    static TrustManagerFactory trust(@Nullable Path file) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(file == null ? null : store(file));
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw file == null
                    ? new IllegalArgumentException("the certificates of the Java installation cannot be read", e)
                    : bad(file, "no certificates to trust", e);
        }
    }

    private static KeyStore store(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        int count = 0;
        for (Certificate each : certificates(file)) {
            store.setCertificateEntry("ca" + count++, each);
        }
        return store;
    }

    /** @return null: no client certificate */
    static @Nullable KeyManagerFactory identity(Tls tls) {
        Path file = tls.certificate();
        Path keyFile = tls.key();
        if (file == null || keyFile == null) {
            return null;
        }
        PrivateKey key = privateKey(keyFile);
        try {
            KeyStore store = emptyStore();
            store.setKeyEntry("member", key, NO_PASSWORD, certificates(file).toArray(new Certificate[0]));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw bad(file, "no certificate for the key " + keyFile, e);
        }
    }

    /** One that is never written: PKCS#12 would derive a key in 10,000 rounds. */
    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws GeneralSecurityException, IOException {
        Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
        if (found.isEmpty()) {
            throw new IOException("there is no certificate in it");
        }
        return found;
    }

    static PrivateKey privateKey(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            String begin = "-----BEGIN PRIVATE KEY-----";
            int from = text.indexOf(begin);
            int to = text.indexOf("-----END PRIVATE KEY-----");
            if (from < 0 || to < from) {
                throw new IOException(
                        "it must be an unencrypted PKCS#8 key; convert it with openssl pkcs8 -topk8 -nocrypt");
            }
            byte[] key = Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
            for (String kind : KEY_KINDS) {
                try {
                    return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(key));
                } catch (InvalidKeySpecException e) {
                    // another kind, then
                }
            }
            throw new IOException("it is neither an RSA, an EC nor an EdDSA key");
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw bad(file, "no private key", e);
        }
    }

    private static IllegalArgumentException bad(Path file, String what, Exception e) {
        String why = e.getMessage() == null || e.getMessage().contains(file.toString())
                ? e.getClass().getSimpleName()
                : e.getMessage();
        return new IllegalArgumentException(what + " in " + file + ": " + why, e);
    }
}
