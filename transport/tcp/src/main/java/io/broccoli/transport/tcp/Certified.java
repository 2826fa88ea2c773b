package io.broccoli.transport.tcp;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The members for whom the certificate at the other end of a connection speaks: its common name, and its alternative names of hosts. */
final class Certified {

    private static final int HOST_NAME = 2; // the kind of alternative name, as RFC 5280 numbers them

    private Certified() {}

    /** Whether the other end has shown a certificate that names this member. */
    static boolean names(Channel channel, String member) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return false;
        }
        try {
            Certificate[] shown = tls.engine().getSession().getPeerCertificates();
            return shown.length > 0
                    && shown[0] instanceof X509Certificate first
                    && names(first).contains(member);
        } catch (SSLPeerUnverifiedException e) {
            return false; // it has shown none
        }
    }

    private static Set<String> names(X509Certificate certificate) {
        Set<String> names = new HashSet<>();
        try {
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    names.add(String.valueOf(part.getValue()));
                }
            }
            Collection<List<?>> others = certificate.getSubjectAlternativeNames();
            for (List<?> each : others == null ? List.<List<?>>of() : others) {
                if (each.get(0).equals(HOST_NAME)) {
                    names.add(String.valueOf(each.get(1)));
                }
            }
        } catch (InvalidNameException | CertificateParsingException e) {
            return Set.of(); // it names nobody that could be read
        }
        return names;
    }
}
