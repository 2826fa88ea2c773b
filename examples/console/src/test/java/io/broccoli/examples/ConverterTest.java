package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.frame.Site;
import io.broccoli.place.Point;
import io.broccoli.place.Region;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ConverterTest {

    @ParameterizedTest
    @CsvSource({"30,30000", "30s,30000", "500ms,500", "2m,120000", "1.5 s,1500", "1h,3600000"})
    void durationsHaveUnits(String text, long millis) {
        assertThat(new DurationConverter().convert(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void aDurationThatIsTooLongIsTheLongest() {
        assertThat(new DurationConverter().convert("999999999h")).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1s", "0", "3 days", "1e3", "s"})
    void otherDurationsAreRefused(String text) {
        assertThatThrownBy(() -> new DurationConverter().convert(text)).isInstanceOf(TypeConversionException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"61.1,-150,network=ak", "network=ak, lat=61.1, lon=-150", "lat=61.1,-150,network=ak"})
    void sitesAreLabelsAndAPlace(String text) {
        assertThat(new SiteConverter().convert(text)).isEqualTo(new Site(Map.of("network", "ak"), 61.1, -150.0));
    }

    @Test
    void aSiteNeedsNoPlace() {
        assertThat(new SiteConverter().convert("floor=2,room=b"))
                .isEqualTo(new Site(Map.of("floor", "2", "room", "b"), null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "91,0", "0,181", "5", "here", "1,2,3", "a=1,a=2", "a=", "=1", "lat=1", "NaN,0"})
    void otherSitesAreRefused(String text) {
        assertThatThrownBy(() -> new SiteConverter().convert(text)).isInstanceOf(TypeConversionException.class);
    }

    @Test
    void aPlaceIsALatitudeAndALongitude() {
        assertThat(new PointConverter().convert("-33.45, -70.66")).isEqualTo(Point.of(-33.45, -70.66));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1,2,3", "a,b", "NaN,0", "91,0", "0,-181", "1,"})
    void otherPlacesAreRefused(String text) {
        assertThatThrownBy(() -> new PointConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void aRegionIsACircleOrAFile(@TempDir Path folder) throws Exception {
        Region circle = new RegionConverter().convert("-33.45,-70.66,2.5km");
        assertThat(circle.contains(Point.of(-33.45, -70.64))).isTrue();
        assertThat(circle.contains(Point.of(-33.45, -70.62))).isFalse();
        Path file = folder.resolve("region.json");
        Files.writeString(file, "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,0],[2,2],[0,0]]]}");
        assertThat(new RegionConverter().convert(file.toString()).contains(Point.of(0.5, 1)))
                .isTrue();
        Files.writeString(file, "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,0],[2,2],[0,1]]]}");
        assertRefused(file.toString(), "region.json: GeoJSON, $.coordinates[0]: the ring is not closed");
        Files.write(file, new byte[] {'"', (byte) 0xff, '"'});
        assertRefused(file.toString(), "no file that can be read");
        assertRefused("0,0,0km", "above 0 metres");
        assertRefused("91,0,5km", "a latitude is -90 to 90");
        assertRefused("0,0,1.2.3km", "1.2.3");
        assertRefused("0,0,5 miles", "'0,0,5 miles' is no circle (LAT,LON,200km), and no file");
    }

    private static void assertRefused(String text, String why) {
        assertThatThrownBy(() -> new RegionConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining(why);
    }
}
