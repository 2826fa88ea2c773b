package io.broccoli.transport.broker;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import io.broccoli.transport.broker.EmbeddedBroker.Options;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Our foot in the broker: checks logins. */
final class BrokerExtension implements ExtensionMain {

    private final Options options;

    BrokerExtension(Options options) {
        this.options = options;
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        if (options.username() != null) {
            // the services are static, and those of the broker that starts: one starts at a time
            SimpleAuthenticator authenticator = this::login;
            Services.securityRegistry().setAuthenticatorProvider(client -> authenticator);
        }
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

    private void login(SimpleAuthInput input, SimpleAuthOutput output) {
        ConnectPacket connect = input.getConnectPacket();
        byte[] password =
                new byte[connect.getPassword().map(each -> each.remaining()).orElse(0)];
        connect.getPassword().ifPresent(each -> each.get(password));
        if (connect.getUserName()
                        .filter(each -> each.equals(options.username()))
                        .isPresent()
                && MessageDigest.isEqual(password, secret())) {
            output.authenticateSuccessfully();
        } else {
            output.failAuthentication(ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD, "wrong user name or password");
        }
    }

    private byte[] secret() {
        String password = options.password();
        return password == null ? new byte[0] : password.getBytes(StandardCharsets.UTF_8);
    }
}
