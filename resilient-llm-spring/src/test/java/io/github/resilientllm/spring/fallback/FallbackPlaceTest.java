package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmFallbackHandler;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.api.Test;

/** Where a fallback may stand, and the annotation that names it. */
class FallbackPlaceTest {

  static class Base<T> {
    protected T inherited(T question, Throwable failure) {
      return question;
    }
  }

  interface Polite {
    default String sorry(Object question) {
      return "sorry";
    }
  }

  static class Derived extends Base<String> implements Polite {
    @LlmFallback(method = "inherited")
    public String fromSuperclass(String question) {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    @LlmFallback(method = "sorry")
    public CharSequence fromInterface(String question) {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    @LlmFallback(method = "elsewhere::number")
    public Integer fromBean(int question) {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }
  }

  static class Elsewhere {
    int number(Integer question) {
      return question + 1;
    }
  }

  @Test
  void mayBeInheritedOrAnInterfacesOrAnotherBeans() {
    Outage.total()
        .application(Derived.class)
        .withBean("elsewhere", Elsewhere.class)
        .run(
            context -> {
              Derived bean = context.getBean(Derived.class);
              assertThat(bean.fromSuperclass("Why?")).isEqualTo("Why?");
              assertThat(bean.fromInterface("Why?").toString()).isEqualTo("sorry");
              assertThat(bean.fromBean(41)).isEqualTo(42);
            });
  }

  static class Apology implements LlmFallbackHandler<String> {
    @Override
    public String handle(Failed call) {
      return call.method().getName() + call.arguments() + " " + call;
    }
  }

  static class Handled {
    @LlmFallback(handler = Apology.class)
    public CharSequence answer(String question, Object nothing) {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }
  }

  @Test
  void mayBeAHandlerBean() {
    Outage.total()
        .application(Handled.class, Apology.class)
        .run(
            context ->
                assertThat(context.getBean(Handled.class).answer("Why?", null).toString())
                    .startsWith("answer[Why?, null] Failed[answer, ")
                    .endsWith("LlmException]"));
  }

  @Test
  void mayBeABeanOfAParentContext() {
    Outage outage = Outage.total();
    outage
        .application(Apology.class)
        .run(
            parent ->
                outage
                    .application(Handled.class)
                    .withParent(parent)
                    .run(
                        context ->
                            assertThat(context.getBean(Handled.class).answer("Why?", 1).toString())
                                .startsWith("answer[Why?, 1]")));
  }

  @LlmFallback(method = "offline")
  @Retention(RetentionPolicy.RUNTIME)
  @interface NeverSilent {}

  static class Composed {
    @NeverSilent
    public String answer() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    String offline() {
      return "offline";
    }
  }

  @Test
  void mayBeNamedByAnAnnotationOfOnesOwn() {
    Outage.total()
        .application(Composed.class)
        .run(context -> assertThat(context.getBean(Composed.class).answer()).isEqualTo("offline"));
  }

  @LlmFallback(method = "offline")
  static class Everywhere {
    public String one() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    public String two(int number) {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    @LlmFallback
    public String excepted() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    public String offline(LlmException failure) {
      return "offline";
    }

    @Override
    public String toString() {
      return "everywhere";
    }
  }

  static class EverywhereToo extends Everywhere {
    public String three() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }
  }

  @Test
  void ofAClassHoldsForItsPublicMethodsUnlessTheySayOtherwise() {
    Outage.total()
        .application(EverywhereToo.class)
        .run(
            context -> {
              EverywhereToo bean = context.getBean(EverywhereToo.class);
              assertThat(bean.one()).isEqualTo("offline");
              assertThat(bean.two(2)).isEqualTo("offline");
              assertThat(bean.three()).isEqualTo("offline");
              assertThat(catchThrowable(bean::excepted)).isInstanceOf(LlmException.class);
            });
  }
}
