package io.broccoli.examples.quickstart;

import static java.lang.Math.atan2;
import static java.lang.Math.cos;
import static java.lang.Math.hypot;
import static java.lang.Math.sin;
import static java.lang.Math.toDegrees;
import static java.lang.Math.toRadians;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The middle of some places on the sphere. Degrees cannot be averaged: the networks span the date line. */
record Centroid(double latitude, double longitude) {

    /** The middle of each network's events, by the network's code. */
    static Map<String, Centroid> ofNetworks(List<SeismicEvent> events) {
        return events.stream()
                .collect(Collectors.groupingBy(
                        SeismicEvent::network,
                        TreeMap::new,
                        Collectors.collectingAndThen(Collectors.toList(), Centroid::of)));
    }

    /** The direction of the sum of their unit vectors. */
    static Centroid of(List<SeismicEvent> events) {
        double x = 0;
        double y = 0;
        double z = 0;
        for (SeismicEvent event : events) {
            double latitude = toRadians(event.latitude());
            double longitude = toRadians(event.longitude());
            x += cos(latitude) * cos(longitude);
            y += cos(latitude) * sin(longitude);
            z += sin(latitude);
        }
        return new Centroid(toDegrees(atan2(z, hypot(x, y))), toDegrees(atan2(y, x)));
    }
}
