package io.github.resilientllm.test.junit;

import io.github.resilientllm.test.NotReachedException;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.vendor.Seen;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    for (Vendor vendor : fields(context.getRequiredTestClass())) {
      cast.shared.add(vendor.forgets());
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
    return cast(context).own.computeIfAbsent(name(parameter), Vendor::start);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    List<Vendor> vendors = cast(context).all();
    if (context.getExecutionException().isPresent()) {
      context.publishReportEntry("what the vendors saw", view(vendors));
      return;
    }
    if (vendors.isEmpty()) {
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
    cast(context).own.values().forEach(Vendor::close);
  }

  private static Cast cast(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(context.getUniqueId(), id -> new Cast(), Cast.class);
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

  private static List<Vendor> fields(Class<?> test) throws IllegalAccessException {
    List<Vendor> vendors = new ArrayList<>();
    for (Field field :
        ReflectionSupport.findFields(
            test,
            found -> found.getType() == Vendor.class && Modifier.isStatic(found.getModifiers()),
            HierarchyTraversalMode.TOP_DOWN)) {
      field.setAccessible(true);
      if (field.get(null) instanceof Vendor vendor) {
        vendors.add(vendor);
      }
    }
    return vendors;
  }

  private static String view(List<Vendor> vendors) {
    StringBuilder view = new StringBuilder(512);
    for (Vendor vendor : vendors) {
      view.append(vendor.name()).append(": ").append(vendor.told()).append('\n');
      for (Seen seen : vendor.requests()) {
        view.append("  ").append(seen).append('\n');
      }
    }
    return view.isEmpty() ? "there is none" : view.toString();
  }
}
