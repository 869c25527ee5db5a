package io.github.resilientllm.startup;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.springframework.context.ConfigurableApplicationContext;

/** Tells the driver that an application has started, and what it took. */
public final class Started {
  private Started() {}

  /** Writes the CPU time in nanoseconds and the loaded classes, and ends the application. */
  public static void say(ConfigurableApplicationContext application) {
    long cpu = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    long classes = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
    System.out.println(StartUp.STARTED + cpu + " " + classes);
    application.close();
  }
}
