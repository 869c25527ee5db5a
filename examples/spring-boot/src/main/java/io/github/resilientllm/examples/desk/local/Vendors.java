package io.github.resilientllm.examples.desk.local;

import io.github.resilientllm.test.vendor.LocalVendor;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.DisposableBean;

/** The vendors on this machine, by the names of the targets that they serve. */
final class Vendors implements DisposableBean {
  static final List<String> NAMES = List.of("gpt", "claude");

  private final Map<String, SwitchedVendor> behaviours = new LinkedHashMap<>();
  private final Map<String, LocalVendor> servers = new LinkedHashMap<>();

  Vendors(Duration perWord) {
    for (String name : NAMES) {
      SwitchedVendor behaviour = new SwitchedVendor(perWord);
      behaviours.put(name, behaviour);
      servers.put(name, LocalVendor.start(behaviour));
    }
  }

  /** Where each of them listens. */
  String baseUrl(String name) {
    LocalVendor server = servers.get(name);
    if (server == null) {
      throw new IllegalArgumentException("There is no vendor " + name + "; there are " + NAMES);
    }
    return server.baseUrl();
  }

  /** Each vendor's switch. */
  Map<String, SwitchedVendor> switches() {
    return Collections.unmodifiableMap(behaviours);
  }

  @Override
  public void destroy() {
    servers.values().forEach(LocalVendor::close);
  }
}
