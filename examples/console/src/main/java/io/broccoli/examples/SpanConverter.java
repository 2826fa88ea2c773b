package io.broccoli.examples;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a span of event time in whole milliseconds: {@code 30}, {@code 30s}, {@code -500ms}, {@code 1.5m}, {@code 1h}, {@code 2d} or 0. */
final class SpanConverter implements ITypeConverter<Duration> {

    private static final Pattern FORM = Pattern.compile("([+-]?\\d{1,15}(?:\\.\\d{1,9})?)\\s*(ms|s|m|h|d)?");

    @Override
    public Duration convert(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is not a duration: write 30, 30s, 500ms, 2m, 1h or 1d");
        }
        try {
            return Duration.ofMillis(new BigDecimal(matcher.group(1))
                    .multiply(BigDecimal.valueOf(millisOf(matcher.group(2))))
                    .longValueExact());
        } catch (ArithmeticException inexact) {
            throw new TypeConversionException("'" + text + "' is no whole number of milliseconds, or too long");
        }
    }

    private static long millisOf(@Nullable String unit) {
        return switch (unit == null ? "s" : unit) {
            case "ms" -> 1;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 1_000;
        };
    }
}
