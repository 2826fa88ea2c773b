package io.broccoli.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The map of the packages, and who may know whom. This module sees all the others but perf, so the rules live here. */
@AnalyzeClasses(packages = "io.broccoli", importOptions = ArchitectureTest.NoTests.class)
class ArchitectureTest {
    /** Tests of one module come to others in a jar, or in a folder that is below that of the build. */
    static final class NoTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar") && !location.contains("/test-classes/");
        }
    }

    /** What users see of the core. */
    private static final String[] VISIBLE =
            packages("task", "cluster", "node", "feed", "route", "place", "frame", "network", "spi");

    /** What lives in the core besides, and what each of it may know: what it names, itself, and what users see. */
    private static final Map<String, Set<String>> INTERNAL = Map.of(
            "boundary", Set.of(),
            "credit", Set.of("base"), // its Deadline
            "base", Set.of("boundary"),
            "network", Set.of(),
            "view", Set.of(), // what is done with the readings of a feed
            "producer", Set.of("credit", "base", "boundary", "view"),
            "node", Set.of("credit", "base", "boundary", "view"),
            "nested", Set.of("producer", "node", "credit", "base", "boundary"),
            "member", Set.of("producer", "node", "nested", "credit", "base", "boundary", "network"));

    private static final String[] CORE = concat(
            VISIBLE,
            INTERNAL.keySet().stream()
                    .map(name -> "io.broccoli.internal." + name)
                    .toArray(String[]::new));
    private static final String[] OPERATORS = packages("canvas", "window", "deploy");
    private static final String[] TRANSPORT =
            packages("transport.memory", "transport.codec", "transport.mqtt", "transport.tcp", "transport.broker");
    private static final String[] APPLICATION = packages("examples");

    /** What a public signature never shows: a user must not depend on what a transport is made of. */
    private static final List<String> HIDDEN_LIBRARIES =
            List.of("io.reactivex.", "com.hivemq.", "io.netty.", "reactor.netty.", "org.msgpack.");

    @ArchTest
    static final ArchRule everyPackageIsOnTheMap =
            classes().should().resideInAnyPackage(concat(CORE, OPERATORS, TRANSPORT, APPLICATION));

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.broccoli.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule partsOfTheCoreKnowWhatTheyMayKnow = classes()
            .that()
            .resideInAPackage("io.broccoli.internal..")
            .should(new ArchCondition<>("know only the parts of the core that stand on the map") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    String part = part(type);
                    Set<String> known = INTERNAL.getOrDefault(part, Set.of());
                    type.getDirectDependenciesFromSelf().stream()
                            .filter(each ->
                                    each.getTargetClass().getPackageName().startsWith("io.broccoli.internal."))
                            .filter(each -> !part(each.getTargetClass()).equals(part))
                            .filter(each -> !known.contains(part(each.getTargetClass())))
                            .forEach(each -> events.add(SimpleConditionEvent.violated(type, each.getDescription())));
                }
            });

    private static String part(JavaClass type) {
        return type.getPackageName().substring("io.broccoli.internal.".length());
    }

    /** Users' code is called in one place: whatever it throws is a value behind that. */
    @ArchTest
    static final ArchRule foreignCodeIsCalledAtTheBoundary = noClasses()
            .that()
            .resideInAPackage("io.broccoli.internal..")
            .and()
            .resideOutsideOfPackages("io.broccoli.internal.boundary", "io.broccoli.internal.network")
            .should()
            .callMethodWhere(new DescribedPredicate<>("it is foreign") {
                @Override
                public boolean test(JavaMethodCall call) {
                    String owner = call.getTargetOwner().getFullName();
                    if (call.getName().equals("getClass")) { // not foreign, whatever compilers write before it
                        return false;
                    }
                    return FOREIGN.getOrDefault(owner, name -> false).test(call.getName());
                }
            });

    private static final Map<String, Predicate<String>> FOREIGN = Map.of(
            "io.broccoli.task.TaskHandler", name -> true,
            "io.broccoli.route.Router", name -> name.equals("route"),
            "io.broccoli.cluster.RetryPolicy", name -> name.equals("worthwhile"),
            "io.broccoli.spi.PayloadCodec", name -> true,
            "org.reactivestreams.Publisher", name -> true,
            "org.reactivestreams.Subscription", name -> true,
            "org.reactivestreams.Subscriber", name -> true,
            "reactor.core.CoreSubscriber", name -> true,
            "reactor.core.scheduler.Scheduler", name -> true,
            "reactor.core.scheduler.Scheduler$Worker", name -> true);

    /** Records of data may have many; whoever else needs many does too much. */
    @ArchTest
    static final ArchRule constructorsHaveFewParameters = classes()
            .should(new ArchCondition<>("have constructors of at most 7 parameters") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    type.getConstructors().stream()
                            .filter(each -> !type.isRecord() && !type.isEnum())
                            .filter(each -> each.getParameters().size() > 7)
                            .forEach(each -> events.add(SimpleConditionEvent.violated(type, each.getFullName())));
                }
            });

    @ArchTest
    static void fewClassesKnowEachOtherInCircles(JavaClasses all) {
        JavaClasses own = all.that(resideInAPackage("io.broccoli.internal.."));
        assertThat(ClassCycles.in(own))
                .as("groups of classes that all reach each other; 10 is a fair end")
                .allSatisfy(group -> assertThat(group).hasSizeLessThanOrEqualTo(10));
    }

    @ArchTest
    static final ArchRule coreKnowsOnlyReactor = classes()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(concat(CORE, new String[] {
                "java..", "reactor.core..", "reactor.util..", "org.reactivestreams..", "org.jspecify.."
            }));

    @ArchTest
    static final ArchRule framesAndCreditArePure = noClasses()
            .that()
            .resideInAnyPackage(new String[] {"io.broccoli.frame", "io.broccoli.internal.credit"})
            .should()
            .dependOnClassesThat()
            .resideInAPackage("reactor..");

    @ArchTest
    static final ArchRule operatorsKnowOnlyCore = classes()
            .that()
            .resideInAnyPackage(OPERATORS)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(concat(CORE, OPERATORS, new String[] {
                "java..",
                "javax.crypto..",
                "reactor.core..",
                "reactor.util..",
                "org.reactivestreams..",
                "org.jspecify.."
            }));

    @ArchTest
    static final ArchRule transportsKnowNoOperators = noClasses()
            .that()
            .resideInAnyPackage(TRANSPORT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(concat(OPERATORS, APPLICATION));

    @ArchTest
    static final ArchRule onlyCoreKnowsItsInnerPackages = noClasses()
            .that()
            .resideOutsideOfPackages(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.broccoli.internal..");

    @ArchTest
    static final ArchRule signaturesShowNoHiddenLibrary = classes()
            .that()
            .arePublic()
            .and()
            .resideOutsideOfPackages(APPLICATION)
            .should(nameNoHiddenLibrary(ArchitectureTest::isVisible, "name no hidden library in a public signature"));

    @ArchTest
    static final ArchRule providersLoadWithoutTheirLibraries = classes()
            .that()
            .implement("io.broccoli.spi.TransportProvider")
            .should(nameNoHiddenLibrary(member -> true, "name no hidden library in any member"));

    @ArchTest
    static final ArchRule namesSayWhatAClassIs =
            noClasses().should().haveNameMatching(".*(Utils?|Impl|Manager|Helper)$");

    private static ArchCondition<JavaClass> nameNoHiddenLibrary(Predicate<JavaMember> where, String description) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Stream<JavaType> supertypes =
                        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
                report(type, type.getName(), supertypes, events);
                type.getMembers().stream()
                        .filter(where)
                        .forEach(member -> report(type, member.getFullName(), typesIn(member), events));
            }
        };
    }

    private static void report(JavaClass type, String place, Stream<JavaType> named, ConditionEvents events) {
        named.flatMap(each -> each.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getName)
                .filter(name -> HIDDEN_LIBRARIES.stream().anyMatch(name::startsWith))
                .distinct()
                .forEach(name -> events.add(SimpleConditionEvent.violated(type, place + " names " + name)));
    }

    private static Stream<JavaType> typesIn(JavaMember member) {
        if (member instanceof JavaField field) {
            return Stream.of(field.getType());
        }
        JavaCodeUnit code = (JavaCodeUnit) member;
        return Stream.of(
                        Stream.of(code.getReturnType()),
                        code.getParameterTypes().stream(),
                        code.getExceptionTypes().stream())
                .flatMap(types -> types);
    }

    private static boolean isVisible(JavaMember member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return modifiers.contains(PUBLIC) || modifiers.contains(PROTECTED);
    }

    private static String[] packages(String... names) {
        return Stream.of(names).map(name -> "io.broccoli." + name + "..").toArray(String[]::new);
    }

    private static String[] concat(String[]... lists) {
        return Stream.of(lists).flatMap(Stream::of).toArray(String[]::new);
    }
}
