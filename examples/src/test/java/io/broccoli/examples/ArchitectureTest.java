package io.broccoli.examples;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The map of the packages, and who may know whom. This module sees all the others but perf, so the rules live here. */
@AnalyzeClasses(packages = "io.broccoli", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] CORE =
            packages("task", "cluster", "node", "feed", "route", "frame", "credit", "dispatch", "network", "spi");
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
            .resideInAnyPackage(packages("frame", "credit"))
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
            .resideInAnyPackage(packages("credit", "dispatch"));

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
