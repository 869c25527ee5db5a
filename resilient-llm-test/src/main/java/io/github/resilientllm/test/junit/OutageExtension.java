package io.github.resilientllm.test.junit;

import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.NotReachedException;
import io.github.resilientllm.test.Timeline;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.vendor.Seen;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Starts the vendors of a test, and says afterwards whether anything was tested; what {@link
 * LlmOutageTest} registers.
 */
public final class OutageExtension
    implements BeforeEachCallback,
        ParameterResolver,
        AfterTestExecutionCallback,
        AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(OutageExtension.class);

  /**
   * The configuration parameter of JUnit that names the directory of the timelines of failed tests.
   * Default {@code target/llm-outage}, or {@code build/llm-outage} where there is a directory
   * {@code build}.
   */
  public static final String REPORTS = "resilient-llm.reports";

  /** Those of static fields, while a test runs that has them. */
  private static final Set<Vendor> SHARED = ConcurrentHashMap.newKeySet();

  /** JUnit's. */
  public OutageExtension() {}

  /** The vendors of one test. */
  private static final class Cast {
    final Map<String, Vendor> own = new LinkedHashMap<>();
    final List<Vendor> shared = new ArrayList<>();

    List<Vendor> all() {
      List<Vendor> all = new ArrayList<>(own.values());
      all.addAll(shared);
      return all;
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IllegalAccessException {
    Cast cast = cast(context);
    for (Map.Entry<Field, Vendor> each : fields(context.getRequiredTestClass()).entrySet()) {
      if (cast.shared.contains(each.getValue())) {
        continue; // by two names
      }
      if (!SHARED.add(each.getValue())) {
        throw new IllegalStateException(
            "Tests that share the vendor "
                + each.getKey().getName()
                + " run at the same time, and each undoes what the other has told it; have them run"
                + " one after the other by @Execution(SAME_THREAD), or let each have a Vendor for"
                + " its parameter");
      }
      cast.shared.add(each.getValue().forgets());
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Vendor.class
        && parameter.getDeclaringExecutable() instanceof Method
        && context.getTestMethod().isPresent();
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    boolean isSecure = parameter.isAnnotated(OverTls.class);
    return cast(context)
        .own
        .computeIfAbsent(name(parameter), isSecure ? Vendor::startSecure : Vendor::start);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    List<Vendor> vendors = cast(context).all();
    if (vendors.isEmpty()) {
      return;
    }
    Optional<Throwable> failure = context.getExecutionException();
    if (failure.isPresent()) {
      show(context, failure.get(), vendors);
      return;
    }
    List<String> unreached = vendors.stream().flatMap(v -> v.unreached().stream()).toList();
    if (!unreached.isEmpty()) {
      throw new NotReachedException(
          "This was not tested, for no request came so far: " + String.join("; ", unreached));
    }
    if (vendors.stream().allMatch(vendor -> vendor.requests().isEmpty())) {
      throw new NotReachedException("No request came to any of " + vendors);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Cast cast = cast(context);
    cast.own.values().forEach(Vendor::close);
    cast.shared.forEach(SHARED::remove);
  }

  private static Cast cast(ExtensionContext context) {
    // Not getOrComputeIfAbsent, which JUnit 6 deprecates; what is done to one test is done in turn.
    ExtensionContext.Store store = context.getStore(NAMESPACE);
    Cast cast = store.get(context.getUniqueId(), Cast.class);
    if (cast == null) {
      cast = new Cast();
      store.put(context.getUniqueId(), cast);
    }
    return cast;
  }

  private static String name(ParameterContext parameter) {
    Parameter declared = parameter.getParameter();
    if (declared.isNamePresent()) {
      return declared.getName();
    }
    int place = 0;
    for (Parameter other : parameter.getDeclaringExecutable().getParameters()) {
      if (other.equals(declared)) {
        break;
      }
      place += other.getType() == Vendor.class ? 1 : 0;
    }
    return Character.toString((char) ('a' + place));
  }

  private static Map<Field, Vendor> fields(Class<?> test) throws IllegalAccessException {
    Map<Field, Vendor> vendors = new LinkedHashMap<>();
    for (Field field :
        ReflectionSupport.findFields(
            test,
            found -> found.getType() == Vendor.class && Modifier.isStatic(found.getModifiers()),
            HierarchyTraversalMode.TOP_DOWN)) {
      field.setAccessible(true);
      if (field.get(null) instanceof Vendor vendor) {
        vendors.put(field, vendor);
      }
    }
    return vendors;
  }

  /** Tells in the failure, which every runner shows, what the vendors saw and where it is drawn. */
  private static void show(ExtensionContext context, Throwable failure, List<Vendor> vendors) {
    String view = view(vendors);
    String title = context.getRequiredTestClass().getSimpleName() + ", " + context.getDisplayName();
    Set<Call> calls = new LinkedHashSet<>();
    vendors.forEach(vendor -> calls.addAll(vendor.calls()));
    List<String> sentences = new ArrayList<>(List.of(String.valueOf(failure.getMessage())));
    vendors.forEach(vendor -> sentences.addAll(vendor.told()));
    Path file =
        directory(context)
            .resolve(
                "%s.%s-%08x.html"
                    .formatted(
                        context.getRequiredTestClass().getName(),
                        context.getRequiredTestMethod().getName(),
                        context.getUniqueId().hashCode()));
    String where;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, Timeline.of(List.copyOf(calls), vendors).page(title, sentences));
      where = "drawn in " + file.toAbsolutePath();
    } catch (IOException e) {
      where = "not drawn: " + e;
    }
    failure.addSuppressed(new WhatTheVendorsSaw(view + where));
    context.publishReportEntry("what the vendors saw", view + where);
  }

  private static Path directory(ExtensionContext context) {
    return context
        .getConfigurationParameter(REPORTS)
        .map(Path::of)
        .orElseGet(
            () -> Path.of(Files.isDirectory(Path.of("build")) ? "build" : "target", "llm-outage"));
  }

  /** No failure of its own, and so without a stack trace. */
  private static final class WhatTheVendorsSaw extends Throwable {
    private static final long serialVersionUID = 1L;

    WhatTheVendorsSaw(String view) {
      super(view, null, false, false);
    }
  }

  private static String view(List<Vendor> vendors) {
    StringBuilder view = new StringBuilder(512);
    for (Vendor vendor : vendors) {
      view.append(vendor.name()).append(": ").append(vendor.told()).append('\n');
      for (Seen seen : vendor.requests()) {
        view.append("  ").append(seen).append('\n');
      }
    }
    return view.toString();
  }
}
