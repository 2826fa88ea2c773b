package io.broccoli.canvas.text;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.broccoli.fuzz.Fuzz;
import io.broccoli.task.Signature;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.stream.Stream;

/** Trees of JSON as signatures; what is read is written, and must be read again as the same. */
class JsonFormFuzz extends Fuzz {

    private static final ObjectMapper JSON = new ObjectMapper();

    public static void fuzzerTestOneInput(byte[] input) {
        Object tree;
        try {
            tree = JSON.readValue(input, Object.class);
        } catch (JacksonException | CharConversionException noJson) {
            return;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Signature<Object> read;
        try {
            read = SignatureTree.read(tree);
        } catch (MalformedSignatureException refused) {
            return;
        }
        Signature<Object> again = SignatureTree.read(SignatureTree.write(read));
        if (!read.equals(again)) {
            throw new AssertionError("read as " + read + ", and then as " + again);
        }
    }

    @Override
    protected void feed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    @Override
    protected Stream<byte[]> seeds() {
        return texts(
                "{\"op\":\"task\",\"name\":\"add\",\"args\":[2,2.5],\"kwargs\":{\"y\":null},\"immutable\":true}",
                "{\"op\":\"chain\",\"steps\":[{\"op\":\"task\",\"name\":\"add\"},{\"op\":\"task\",\"name\":\"mul\"}]}",
                "{\"op\":\"group\",\"members\":[{\"op\":\"task\",\"name\":\"add\"}]}",
                "{\"op\":\"chord\",\"header\":[{\"op\":\"task\",\"name\":\"add\"}],\"body\":{\"op\":\"task\",\"name\":\"sum\"}}",
                "{\"op\":\"map\",\"task\":\"add\",\"items\":[1,\"a\",[true]]}",
                "{\"op\":\"starmap\",\"task\":\"add\",\"items\":[[1,2]]}",
                "{\"op\":\"chunks\",\"task\":\"add\",\"items\":[[1,2],[3,4]],\"size\":10}",
                "{\"op\":\"call\",\"expr\":{\"op\":\"task\",\"name\":\"add\"},\"args\":[1],\"kwargs\":{\"y\":2}}");
    }
}
