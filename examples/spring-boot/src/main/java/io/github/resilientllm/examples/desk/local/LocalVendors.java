package io.github.resilientllm.examples.desk.local;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.Profiles;

/**
 * Starts the local vendors before any bean is made, and tells the properties where they listen.
 * Does nothing without the profile {@code local}.
 */
public final class LocalVendors
    implements ApplicationContextInitializer<GenericApplicationContext> {

  @Override
  public void initialize(GenericApplicationContext context) {
    ConfigurableEnvironment environment = context.getEnvironment();
    if (!environment.acceptsProfiles(Profiles.of("local"))) {
      return;
    }
    Vendors vendors =
        new Vendors(
            Duration.ofMillis(
                environment.getProperty("desk.local.millis-per-word", int.class, 45)));
    Map<String, Object> urls = new LinkedHashMap<>();
    Vendors.NAMES.forEach(name -> urls.put("desk.local." + name, vendors.baseUrl(name)));
    environment.getPropertySources().addFirst(new MapPropertySource("local vendors", urls));
    context.registerBean(Vendors.class, () -> vendors);
  }
}
