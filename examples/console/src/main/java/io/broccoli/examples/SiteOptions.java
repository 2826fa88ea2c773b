package io.broccoli.examples;

import io.broccoli.frame.Site;
import io.broccoli.place.Point;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a node is: {@code --site} and {@code --at}. */
final class SiteOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--site",
            converter = SiteConverter.class,
            paramLabel = "KEY=VALUE,..|LAT,LON",
            description = "Labels and location.")
    private Site site = Site.UNKNOWN;

    @Option(
            names = "--at",
            converter = PointConverter.class,
            paramLabel = "LAT,LON",
            description = "Location, in degrees north and east.")
    private @Nullable Point at;

    Site site() {
        if (at == null) {
            return site;
        }
        if (site.latitude() != null) {
            throw new ParameterException(spec.commandLine(), "--site and --at both name a location");
        }
        return site.at(at);
    }
}
