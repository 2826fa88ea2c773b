package io.broccoli.transport.broker;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission.MqttActivity;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission.SharedSubscription;
import com.hivemq.extension.sdk.api.client.parameter.ClientTlsInformation;
import com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour;
import com.hivemq.extension.sdk.api.packets.auth.ModifiableDefaultPermissions;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import io.broccoli.transport.broker.AccessRules.Rule;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;

/**
 * Our foot in the broker: checks logins, and gives each client the rules of its user. They are the client's default permissions, and
 * not an authorizer, which would cost a change of threads for each message.
 */
final class BrokerExtension implements ExtensionMain {

    private final @Nullable Access access;

    /** @param access null: everybody may do anything */
    BrokerExtension(@Nullable Access access) {
        this.access = access;
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        Access given = access;
        if (given != null) {
            // the services are static, and those of the broker that starts: one starts at a time
            SimpleAuthenticator authenticator = (login, answer) -> login(given, login, answer);
            Services.securityRegistry().setAuthenticatorProvider(client -> authenticator);
        }
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

    private static void login(Access access, SimpleAuthInput input, SimpleAuthOutput output) {
        ConnectPacket connect = input.getConnectPacket();
        byte[] password =
                new byte[connect.getPassword().map(each -> each.remaining()).orElse(0)];
        connect.getPassword().ifPresent(each -> each.get(password));
        Access.Login login =
                new Access.Login(connect.getClientId(), connect.getUserName().orElse(null), password, certified(input));
        Access.Verdict verdict = access.judge(login);
        if (verdict instanceof Access.Refused refused) {
            output.failAuthentication(code(refused.reason()), refused.why());
        } else if (verdict instanceof Access.Admitted admitted) {
            allow(admitted.rules(), output.getDefaultPermissions());
            output.authenticateSuccessfully();
        }
    }

    /** The broker took the certificate: one of its authorities signed it. A certificate without a name is of a user without one. */
    private static @Nullable String certified(SimpleAuthInput input) {
        return input.getConnectionInformation()
                .getClientTlsInformation()
                .flatMap(ClientTlsInformation::getClientCertificate)
                .map(BrokerExtension::commonName)
                .orElse(null);
    }

    private static String commonName(X509Certificate certificate) {
        try {
            List<String> names = new LdapName(
                            certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(each -> each.getType().equalsIgnoreCase("CN"))
                            .map(each -> String.valueOf(each.getValue()))
                            .toList();
            return names.size() == 1 ? names.get(0) : "";
        } catch (InvalidNameException unreadable) {
            return "";
        }
    }

    private static ConnackReasonCode code(Access.Reason reason) {
        return switch (reason) {
            case NO_USER -> ConnackReasonCode.NOT_AUTHORIZED;
            case WRONG_USER_OR_PASSWORD -> ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD;
            case CLIENT_ID_OF_ANOTHER -> ConnackReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
        };
    }

    private static void allow(@Nullable List<Rule> rules, ModifiableDefaultPermissions permissions) {
        if (rules == null) {
            return;
        }
        permissions.setDefaultBehaviour(DefaultAuthorizationBehaviour.DENY);
        rules.forEach(each -> permissions.add(permission(each)));
    }

    private static TopicPermission permission(Rule rule) {
        return Builders.topicPermission()
                .topicFilter(rule.filter())
                .activity(
                        rule.reads() && rule.writes()
                                ? MqttActivity.ALL
                                : rule.reads() ? MqttActivity.SUBSCRIBE : MqttActivity.PUBLISH)
                .sharedSubscription(SharedSubscription.NOT_SHARED)
                .build();
    }
}
