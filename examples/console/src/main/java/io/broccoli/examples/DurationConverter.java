package io.broccoli.examples;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 30}, {@code 30s}, {@code 500ms}, {@code 1.5m} or {@code 1h}; a number alone is seconds. */
final class DurationConverter implements ITypeConverter<Duration> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)\\s*(ms|s|m|h)?");

    /** 292 years: whoever asks for more gets these. */
    private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    @Override
    public Duration convert(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is not a duration: write 30, 30s, 500ms, 2m or 1h");
        }
        Duration duration = Duration.ofNanos(new BigDecimal(matcher.group(1))
                .multiply(nanosOf(matcher.group(2)))
                .min(LONGEST)
                .longValue());
        if (duration.isZero()) {
            throw new TypeConversionException("the duration must be positive");
        }
        return duration;
    }

    /** The shortest of the forms that can be read. */
    static String format(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private static BigDecimal nanosOf(@Nullable String unit) {
        Duration one =
                switch (unit == null ? "s" : unit) {
                    case "ms" -> Duration.ofMillis(1);
                    case "m" -> Duration.ofMinutes(1);
                    case "h" -> Duration.ofHours(1);
                    default -> Duration.ofSeconds(1);
                };
        return BigDecimal.valueOf(one.toNanos());
    }
}
