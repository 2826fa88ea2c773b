package io.broccoli.transport.mqtt;

/** Frames are acknowledged. */
class MosquittoQos1Test extends MosquittoTest {

    @Override
    protected int qos() {
        return 1;
    }
}
