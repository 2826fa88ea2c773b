package io.broccoli.transport.broker;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
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
import java.util.List;

/** A broker's certificate chain and its key, from PEM files. Errors are {@link IllegalArgumentException}s that name the file. */
record TlsIdentity(PrivateKey key, List<Certificate> chain) {

    private static final int MOST_BYTES = 1024 * 1024;
    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "EdDSA");
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    static TlsIdentity read(Path certificate, Path key) {
        List<Certificate> chain = certificates(certificate);
        PrivateKey secret = privateKey(key);
        try {
            KeyStore probe = emptyStore(); // it tells whether they can be kept together
            probe.setKeyEntry("broker", secret, new char[0], chain.toArray(new Certificate[0]));
            return new TlsIdentity(secret, chain);
        } catch (GeneralSecurityException | IOException e) {
            throw bad(certificate, "no certificate for the key " + key, e);
        }
    }

    /** What is in a file of certificates. */
    static List<Certificate> certificates(Path file) {
        try {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes(file)));
            if (found.isEmpty()) {
                throw new IOException("there is no certificate in it");
            }
            return List.copyOf(found);
        } catch (GeneralSecurityException | IOException e) {
            throw bad(file, "no certificate", e);
        }
    }

    private static PrivateKey privateKey(Path file) {
        try {
            String text = new String(bytes(file), StandardCharsets.US_ASCII);
            int from = text.indexOf(BEGIN);
            int to = text.indexOf(END);
            if (from < 0 || to < from) {
                throw new IOException(
                        "it must be an unencrypted PKCS#8 key; convert it with openssl pkcs8 -topk8 -nocrypt");
            }
            byte[] key = Base64.getMimeDecoder().decode(text.substring(from + BEGIN.length(), to));
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

    private static byte[] bytes(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("it has more than " + MOST_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, new char[0]);
        return store;
    }

    /** The only form in which the broker takes them. */
    void write(Path file, String password) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = emptyStore();
            store.setKeyEntry("broker", key, password.toCharArray(), chain.toArray(new Certificate[0]));
            store.store(out, password.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IOException("no key store: " + e.getMessage(), e);
        }
    }

    /** Those who may sign certificates of clients, in the same form. */
    static void writeAuthorities(List<Certificate> authorities, Path file, String password) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = emptyStore();
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("ca-" + i, authorities.get(i));
            }
            store.store(out, password.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IOException("no trust store: " + e.getMessage(), e);
        }
    }

    private static IllegalArgumentException bad(Path file, String what, Exception e) {
        String message = e.getMessage();
        String why = message == null || message.contains(file.toString())
                ? e.getClass().getSimpleName()
                : message;
        return new IllegalArgumentException(what + " in " + file + ": " + why, e);
    }

    /** Omits the key. */
    @Override
    public String toString() {
        return "TlsIdentity[" + chain.size() + " certificates]";
    }
}
