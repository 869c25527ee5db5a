package io.github.resilientllm.spring.boot;

import io.github.resilientllm.okhttp.AwsIdentity;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import org.springframework.boot.test.system.CapturedOutput;

/** Loads the starter and the vendors once more, where there is no AWS SDK. */
final class WithoutAwsSdk extends URLClassLoader {
  private static final List<String> OURS =
      List.of("io.github.resilientllm.okhttp.", "io.github.resilientllm.spring.boot.");

  WithoutAwsSdk() {
    super(
        new URL[] {
          placeOf(AwsIdentity.class), placeOf(OkHttpVendors.class), placeOf(WithoutAwsSdk.class)
        },
        WithoutAwsSdk.class.getClassLoader());
  }

  private static URL placeOf(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.startsWith("software.amazon.awssdk.")) {
      throw new ClassNotFoundException(name);
    }
    if (OURS.stream().noneMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  /** What a person reads on the console of an application that does not start here. */
  String failure(CapturedOutput console, String... properties) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(this);
    try {
      Method failure =
          loadClass(Apps.class.getName())
              .getDeclaredMethod("failure", CapturedOutput.class, Class.class, String[].class);
      failure.setAccessible(true);
      Class<?> plain = loadClass(Apps.Plain.class.getName());
      return (String) failure.invoke(null, console, plain, properties);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
