package io.broccoli.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;

class RegionTest {

    private static final GeometryFactory JTS = new GeometryFactory();

    // ---- against JTS, away from the antimeridian and the poles

    /** A ring around a centre that meets no other of its kind with another radius. */
    private static List<double[]> star(Random random, double[] centre, double from, double to, boolean whole) {
        double[] angles = DoubleStream.generate(() -> random.nextDouble() * 2 * Math.PI)
                .limit(3 + random.nextInt(random.nextInt(20) == 0 ? 300 : 12))
                .sorted()
                .toArray();
        List<double[]> ring = new ArrayList<>();
        for (double angle : angles) {
            double radius = from + random.nextDouble() * (to - from);
            double x = centre[0] + radius * Math.cos(angle);
            double y = centre[1] + radius * Math.sin(angle);
            ring.add(whole ? new double[] {Math.rint(x), Math.rint(y)} : new double[] {x, y});
        }
        ring.add(ring.get(0));
        return ring;
    }

    private static String json(List<double[]> ring) {
        return ring.stream().map(Arrays::toString).collect(Collectors.joining(",", "[", "]"));
    }

    private static LinearRing jts(List<double[]> ring) {
        return JTS.createLinearRing(
                ring.stream().map(each -> new Coordinate(each[0], each[1])).toArray(Coordinate[]::new));
    }

    @Property(tries = 400)
    void aPolygonWithHolesIsWhatJtsSays(@ForAll long seed) {
        Random random = new Random(seed);
        boolean whole = random.nextBoolean(); // many points on edges and corners then
        List<String> polygons = new ArrayList<>();
        List<Polygon> same = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            double[] centre = {random.nextInt(240) - 120, random.nextInt(80) - 40};
            List<double[]> outer = star(random, centre, 12, 40, whole);
            List<double[]> hole = star(random, centre, 1, 8, whole);
            Polygon polygon = JTS.createPolygon(jts(outer), new LinearRing[] {jts(hole)});
            if (polygon.isValid()) {
                polygons.add("[" + json(outer) + "," + json(hole) + "]");
                same.add(polygon);
            }
        }
        if (same.isEmpty()) {
            return;
        }
        Region region = Region.geoJson("{\"type\":\"MultiPolygon\",\"coordinates\":" + polygons + "}");
        for (int i = 0; i < 300; i++) {
            Coordinate[] corners = same.get(random.nextInt(same.size())).getCoordinates();
            Coordinate near = corners[random.nextInt(corners.length)];
            boolean far = random.nextInt(3) == 0;
            double x = far ? random.nextDouble() * 358 - 179 : near.x + random.nextGaussian() * 8;
            double y = far ? random.nextDouble() * 178 - 89 : near.y + random.nextGaussian() * 8;
            x = Math.max(-179, Math.min(179, whole ? Math.rint(x) : x));
            y = Math.max(-89, Math.min(89, whole ? Math.rint(y) : y));
            Geometry point = JTS.createPoint(new Coordinate(x, y));
            assertThat(region.contains(Point.of(y, x)))
                    .as("seed %d, point %s,%s in %s", seed, y, x, polygons)
                    .isEqualTo(same.stream().anyMatch(polygon -> polygon.covers(point)));
        }
    }

    // ---- across the antimeridian

    private static double wrapped(double longitude) {
        double wrapped = Math.IEEEremainder(longitude, 360);
        return wrapped == -180 ? 180 : wrapped;
    }

    @Property(tries = 200)
    void aPolygonIsTheSameWhereverItIsTurnedTo(@ForAll long seed) {
        Random random = new Random(seed);
        List<double[]> ring = star(random, new double[] {0, random.nextInt(80) - 40}, 10, 40, random.nextBoolean());
        ring.remove(ring.size() - 1);
        double turn = random.nextInt(361) - 180;
        Region still;
        try {
            still = polygon(ring, 0);
        } catch (IllegalArgumentException line) {
            assertThat(line).hasMessageContaining("on one line");
            return;
        }
        Region turned = polygon(ring, turn);
        for (int i = 0; i < 200; i++) {
            double latitude = Math.rint(random.nextDouble() * 178 - 89);
            double longitude = random.nextInt(121) - 60;
            assertThat(turned.contains(Point.of(latitude, wrapped(longitude + turn))))
                    .as("seed %d, turned by %s, point %s,%s", seed, turn, latitude, longitude)
                    .isEqualTo(still.contains(Point.of(latitude, longitude)));
        }
    }

    private static Region polygon(List<double[]> ring, double turn) {
        return Region.polygon(ring.stream()
                .map(each -> Point.of(each[1], wrapped(Math.rint((each[0] + turn) * 1024) / 1024)))
                .toList());
    }

    /** Fiji, as RFC 7946 has it (3.1.9), simplified. */
    private static final String SPLIT =
            "{\"type\":\"Feature\",\"properties\":{\"name\":\"Fiji\",\"tags\":[null,true,1e3]},"
                    + "\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":["
                    + "[[[176,-20],[180,-20],[180,-15],[176,-15],[176,-20]]],"
                    + "[[[-180,-20],[-178,-20],[-178,-15],[-180,-15],[-180,-20]]]]}}";

    @ParameterizedTest
    @CsvSource({
        "-17,179,true", "-17,-179,true", "-17,180,true", "-17,-180,true", "-17,0,false", "-17,175.9,false",
        "-17,-177.9,false", "-14.9,180,false", "-20,178,true", "-15,-180,true", "-17,176,true", "-17,-178,true"
    })
    void aRegionAcrossTheAntimeridianHasNoSeam(double latitude, double longitude, boolean inside) {
        Region ring = Region.polygon(
                List.of(Point.of(-20, 176), Point.of(-20, -178), Point.of(-15, -178), Point.of(-15, 176)));
        Point point = Point.of(latitude, longitude);
        assertThat(Region.geoJson(SPLIT).contains(point)).as("split").isEqualTo(inside);
        assertThat(ring.contains(point)).as("the shorter way").isEqualTo(inside);
    }

    @Test
    void anEdgeTakesTheShorterWayIfOnlyByOneDegree() {
        List<Point> ring = List.of(Point.of(0, 179.75), Point.of(0, -0.75), Point.of(40, -90));
        for (List<Point> each : List.of(ring, reversed(ring))) {
            Region across = Region.polygon(each);
            assertThat(across.contains(Point.of(1, -100))).isTrue();
            assertThat(across.contains(Point.of(1, 100))).isFalse();
            assertThat(across.contains(Point.of(89, 100))).isFalse();
        }
    }

    @Test
    void anEdgeOfGeoJsonNeverCrossesTheAntimeridian() {
        Region band = Region.geoJson(
                "{\"type\":\"Polygon\",\"coordinates\":" + "[[[-170,-10],[170,-10],[170,10],[-170,10],[-170,-10]]]}");
        assertThat(band.contains(Point.of(0, 0))).isTrue();
        assertThat(band.contains(Point.of(0, 175))).isFalse();
        assertThat(band.contains(Point.of(0, 180))).isFalse();
    }

    @Test
    void aHoleThatGoesRoundTheEarthHasNoSeam() {
        Region region = Region.geoJson("{\"type\":\"Polygon\",\"coordinates\":["
                + "[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]],"
                + "[[-180,-10],[180,-10],[180,10],[-180,10],[-180,-10]]]}");
        assertThat(region.contains(Point.of(5, 180))).isFalse();
        assertThat(region.contains(Point.of(5, -180))).isFalse();
        assertThat(region.contains(Point.of(5, 0))).isFalse();
        assertThat(region.contains(Point.of(10, 180))).isTrue();
        assertThat(region.contains(Point.of(50, 180))).isTrue();
        assertThat(region.contains(Point.of(90, 77))).isTrue();
    }

    // ---- at the poles

    private static List<Point> parallel(double latitude, double... longitudes) {
        return DoubleStream.of(longitudes)
                .mapToObj(longitude -> Point.of(latitude, longitude))
                .toList();
    }

    private static List<Point> reversed(List<Point> ring) {
        List<Point> reversed = new ArrayList<>(ring);
        Collections.reverse(reversed);
        return reversed;
    }

    @ParameterizedTest
    @ValueSource(doubles = {70, -70, 1, -1})
    void aRingRoundAPoleEnclosesTheSmallerPartWhicheverWayItGoes(double latitude) {
        List<Point> ring = parallel(latitude, 10, 120, -125, -20);
        for (List<Point> each : List.of(ring, reversed(ring))) {
            Region cap = Region.polygon(each);
            double sign = Math.signum(latitude);
            for (int longitude = -180; longitude <= 180; longitude += 5) {
                assertThat(cap.contains(Point.of(latitude + 0.5 * sign, longitude)))
                        .isTrue();
                assertThat(cap.contains(Point.of(latitude, longitude))).isTrue();
                assertThat(cap.contains(Point.of(latitude - 0.5 * sign, longitude)))
                        .isFalse();
                assertThat(cap.contains(Point.of(90 * sign, longitude))).isTrue();
                assertThat(cap.contains(Point.of(-90 * sign, longitude))).isFalse();
            }
        }
    }

    @Test
    void aPoleInGeoJsonIsOnePlaceWhateverItsLongitude() {
        Region antarctica = Region.geoJson("{\"type\":\"Polygon\",\"coordinates\":"
                + "[[[-180,-90],[180,-90],[180,-84],[0,-80],[-180,-84],[-180,-90]]]}");
        Region hole = Region.geoJson("{\"type\":\"Polygon\",\"coordinates\":["
                + "[[-180,-90],[180,-90],[180,-60],[-180,-60],[-180,-90]],"
                + "[[-180,-90],[180,-90],[180,-80],[-180,-80],[-180,-90]]]}");
        for (double longitude : new double[] {-180, -90, 0, 17, 180}) {
            assertThat(antarctica.contains(Point.of(-90, longitude))).isTrue();
            assertThat(antarctica.contains(Point.of(90, longitude))).isFalse();
            assertThat(hole.contains(Point.of(-90, longitude))).isFalse();
            assertThat(hole.contains(Point.of(-70, longitude))).isTrue();
        }
        assertThat(antarctica.contains(Point.of(-85, 180))).isTrue();
        assertThat(antarctica.contains(Point.of(-81, 0))).isTrue();
        assertThat(antarctica.contains(Point.of(-81, 179))).isFalse();
    }

    @Test
    void aCornerAtAPoleTakesTheMeridiansOfItsNeighbours() {
        Region half = Region.polygon(List.of(Point.of(0, 0), Point.of(0, 90), Point.of(0, 180), Point.of(90, 33)));
        Region mostOfIt =
                Region.polygon(List.of(Point.of(60, 0), Point.of(60, 120), Point.of(60, -120), Point.of(90, 0)));
        for (Region each : List.of(half, mostOfIt)) {
            assertThat(each.contains(Point.of(90, -40))).isTrue();
            assertThat(each.contains(Point.of(89, 90))).isTrue();
            assertThat(each.contains(Point.of(89, -60))).isFalse();
            assertThat(each.contains(Point.of(-1, 90))).isFalse();
        }
        Region fromSouth =
                Region.polygon(List.of(Point.of(-50, 0), Point.of(-50, 120), Point.of(-50, -120), Point.of(90, 0)));
        assertThat(fromSouth.contains(Point.of(0, 60))).isTrue();
        assertThat(fromSouth.contains(Point.of(0, -60))).isFalse();
        assertThat(fromSouth.contains(Point.of(-60, 60))).isFalse();
        assertThat(mostOfIt.contains(Point.of(89, -170))).isTrue();
        assertThat(half.contains(Point.of(89, -170))).isFalse();
    }

    // ---- circles

    @Property(tries = 500)
    void aCircleIsWhatTheFormulaOfVincentySaysOnASphere(@ForAll long seed) {
        Random random = new Random(seed);
        Point centre = somewhere(random);
        Point point = random.nextBoolean() ? somewhere(random) : beside(centre, random);
        double distance = vincenty(centre, point);
        assertThat(centre.distanceTo(point)).isCloseTo(distance, within(0.5));
        assertThat(point.distanceTo(centre)).isEqualTo(centre.distanceTo(point));
        assertThat(Region.circle(centre, distance + 1).contains(point))
                .as("seed %d", seed)
                .isTrue();
        if (distance > 1) {
            assertThat(Region.circle(centre, distance - 1).contains(point))
                    .as("seed %d", seed)
                    .isFalse();
        }
    }

    private static Point somewhere(Random random) {
        double latitude = random.nextInt(10) == 0 ? 90 : random.nextDouble() * 180 - 90;
        double longitude = random.nextInt(10) == 0 ? 180 : random.nextDouble() * 360 - 180;
        return Point.of(latitude, longitude);
    }

    private static Point beside(Point point, Random random) {
        double latitude = Math.max(-90, Math.min(90, point.latitude() + random.nextGaussian() * 1e-4));
        return Point.of(latitude, wrapped(point.longitude() + random.nextGaussian() * 1e-4));
    }

    private static double vincenty(Point one, Point other) {
        double a = Math.toRadians(one.latitude());
        double b = Math.toRadians(other.latitude());
        double way = Math.toRadians(other.longitude() - one.longitude());
        double y = Math.hypot(
                Math.cos(b) * Math.sin(way), Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(way));
        double x = Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(way);
        return Point.EARTH_RADIUS * Math.atan2(y, x);
    }

    @Test
    void aCircleKnowsNoSeamAndNoPole() {
        assertThat(Point.of(90, 0).distanceTo(Point.of(90, 137))).isZero();
        assertThat(Point.of(3, 180).distanceTo(Point.of(3, -180))).isLessThan(1e-6);
        Region pacific = Region.circle(Point.of(0, 179.9), 30_000);
        assertThat(pacific.contains(Point.of(0, -179.9))).isTrue();
        assertThat(pacific.contains(Point.of(0, 179.5))).isFalse();
        Region pole = Region.circle(Point.of(89.9, 0), 30_000);
        assertThat(pole.contains(Point.of(89.9, 180))).isTrue();
        assertThat(pole.contains(Point.of(89.7, 180))).isFalse();
    }

    // ---- keys

    @Test
    void pointsAreKeyedByTheFirstRegionThatContainsThem() {
        Map<String, Region> regions = new LinkedHashMap<>();
        regions.put("inner", Region.circle(Point.of(0, 0), 100_000));
        regions.put("outer", Region.circle(Point.of(0, 0), 1_000_000));
        var key = Region.keyedBy(regions, "elsewhere");
        assertThat(key.apply(Point.of(0.1, 0))).isEqualTo("inner");
        assertThat(key.apply(Point.of(5, 0))).isEqualTo("outer");
        assertThat(key.apply(Point.of(50, 0))).isEqualTo("elsewhere");
    }

    @ParameterizedTest
    @CsvSource({ // of https://en.wikipedia.org/wiki/Geohash and geohash.org
        "57.64911,10.40744,11,u4pruydqqvj",
        "42.605,-5.603,5,ezs42",
        "0,0,1,s",
        "-25.382708,-49.265506,8,6gkzwgjz"
    })
    void aCellIsTheGeohashThatOthersGive(double latitude, double longitude, int length, String hash) {
        assertThat(Geohash.of(Point.of(latitude, longitude), length)).isEqualTo(hash);
    }

    @Test
    void onePlaceHasOneCellWhateverItsCoordinates() {
        assertThat(Geohash.of(Point.of(3, 180), 9)).isEqualTo(Geohash.of(Point.of(3, -180), 9));
        assertThat(Geohash.of(Point.of(90, 12), 9)).isEqualTo(Geohash.of(Point.of(90, -170), 9));
        assertThat(Geohash.ofLength(4).apply(Point.of(57.64911, 10.40744))).isEqualTo("u4pr");
        assertThatThrownBy(() -> Geohash.ofLength(13)).hasMessage("a geohash has 1 to 12 characters, not 13");
    }

    // ---- what is refused

    @ParameterizedTest
    @CsvSource({"NaN,0", "0,NaN", "Infinity,0", "0,-Infinity", "90.0001,0", "0,-180.0001"})
    void aPointThatIsNowhereIsRefused(double latitude, double longitude) {
        assertThatThrownBy(() -> Point.of(latitude, longitude))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("a (latitude|longitude) is -(90|180) to (90|180) degrees, not .*");
        assertThat(Point.ifValid(latitude, longitude)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void aCircleWithoutARadiusIsRefused(double metres) {
        assertThatThrownBy(() -> Region.circle(Point.of(0, 0), metres)).hasMessageContaining("above 0 metres, not");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]} | $.coordinates[0]: the ring is not closed
            {"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]} | at least 4 positions, the last one being the first again, and there are 3
            {"type":"Polygon","coordinates":[[[0,0],[1,1],[2,2],[0,0]]]} | $.coordinates[0]: the ring encloses nothing
            {"type":"Polygon","coordinates":[[[0,0],[0,0],[0,0],[0,0]]]} | encloses nothing
            {"type":"Polygon","coordinates":[[[0,0],[190,0],[1,1],[0,0]]]} | [0][1][0]: a longitude is -180 to 180 degrees, not 190.0. Split
            {"type":"Polygon","coordinates":[[[0,0],[1,91],[1,1],[0,0]]]} | [0][1][1]: a latitude is -90 to 90 degrees, not 91.0. The longitude stands first
            {"type":"Polygon","coordinates":[[[0,0],[1e999,0],[1,1],[0,0]]]} | not Infinity
            {"type":"Polygon","coordinates":[[[0,0],["1",0],[1,1],[0,0]]]} | a longitude is a number
            {"type":"Polygon","coordinates":[[[0,0],[1],[1,1],[0,0]]]} | a position is a longitude and a latitude
            {"type":"Polygon","coordinates":[]} | $.coordinates: a polygon needs a ring
            {"type":"Polygon"} | $.coordinates: a list is expected
            {"type":"MultiPolygon","coordinates":[]} | there is no polygon in it
            {"type":"Point","coordinates":[0,0]} | the type "Point" is no region
            {"type":"Feature","geometry":null} | $.geometry: an object with a "type" is expected
            {"type":"Feature","geometry":{"type":"Feature"}} | $.geometry: the type "Feature" is no region
            {"type":"FeatureCollection","features":[{"type":"Polygon"}]} | $.features[0]: a Feature is expected
            {"a":1} | the type (none) is no region
            [1,2] | $: an object with a "type" is expected
            {"type":"Polygon","type":"Polygon"} | line 1, column 26: the name "type" stands there twice
            {"type":NaN} | line 1, column 9: a value cannot begin with 'N'
            {"type":01} | a value cannot begin with '0'
            {"type":-} | a value cannot begin with '-'
            {"type":"Poly | it ends too early
            {"type":1} x | there is more behind the end
            {"type" 1} | : is expected
            {type:1} | a name in quotation marks is expected
            [1 2] | a comma or ] is expected
            {"a":"\\x"} | no escape has the letter x
            {"a":"\\u12"} | four hexadecimal digits are expected
            {"a":1.} | a digit is expected
            """)
    void whatIsNoRegionIsRefusedWithItsPlace(String text, String why) {
        assertThatThrownBy(() -> Region.geoJson(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("GeoJSON")
                .hasMessageContaining(why);
    }

    @Test
    void whatIsTooLargeIsRefusedAndWhatIsLargestIsNot() {
        int most = Region.MAX_POSITIONS;
        assertThat(Region.geoJson(round(most)).contains(Point.of(0, 0))).isTrue();
        assertThat(Region.geoJson(round(most)).contains(Point.of(0, 11))).isFalse();
        assertThatThrownBy(() -> Region.geoJson(round(most + 1)))
                .hasMessage("GeoJSON, $.coordinates[0]: a region has at most 100000 positions: simplify it");
        assertThatThrownBy(() -> Region.geoJson("[".repeat(1_000_000))).hasMessageContaining("more than 64 deep");
        assertThatThrownBy(() -> Region.geoJson(" ".repeat(JsonText.MAX_LENGTH + 1)))
                .hasMessageContaining("at most");
        List<Point> many = Collections.nCopies(most + 1, Point.of(0, 0));
        List<Point> ring = new ArrayList<>(many);
        ring.add(Point.of(1, 1));
        assertThatThrownBy(() -> Region.polygon(ring)).hasMessageContaining("at most 100000 positions");
    }

    private static String round(int positions) {
        String ring = IntStream.range(0, positions)
                .mapToObj(i -> {
                    double angle = 2 * Math.PI * (i % (positions - 1)) / (positions - 1);
                    return "[" + 10 * Math.cos(angle) + "," + 10 * Math.sin(angle) + "]";
                })
                .collect(Collectors.joining(",", "[[", "]]"));
        return "{\"type\":\"Polygon\",\"coordinates\":" + ring + "}";
    }

    @Test
    void aRingOfPointsThatHasNoInsideIsRefused() {
        assertThatThrownBy(() -> Region.polygon(List.of(Point.of(0, 0), Point.of(1, 1), Point.of(0, 0))))
                .hasMessage("a polygon needs at least 3 points, and there are 2");
        assertThatThrownBy(() -> Region.polygon(List.of(Point.of(0, 0), Point.of(0, 180), Point.of(5, 90))))
                .hasMessageContaining("180 degrees of longitude apart");
        List<Point> spiral = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            spiral.add(Point.of(i, wrapped(i * 100)));
        }
        assertThatThrownBy(() -> Region.polygon(spiral)).hasMessageContaining("more than once");
    }
}
