package io.github.resilientllm.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestExecutionListeners;

/**
 * A test annotation that puts a {@link ScriptedLlm} in the place of every vendor that {@code
 * resilient-llm.providers} names.
 *
 * <p>Nothing is sent and no key is asked for; policies, fallbacks, {@code @LlmFallback} methods and
 * {@code @LlmService} interfaces are those of the application, so what is tested is what will
 * happen. {@code LlmProvider} beans of the application's own stay as they are. After each test
 * method the script and what was asked are forgotten, and all circuit breakers are closed.
 *
 * <pre>{@code
 * @SpringBootTest
 * @AutoConfigureLlm
 * class DeskTest {
 *   @Autowired ScriptedLlm llm;
 *   @Autowired Desk desk;
 *
 *   @Test
 *   void anotherVendorAnswersInAnOutage() {
 *     llm.provider("openai").fails(ErrorKind.OVERLOADED);
 *     llm.provider("anthropic").answers("It is on its way.");
 *     assertThat(desk.answer("Where is my parcel?")).isEqualTo("It is on its way.");
 *   }
 * }
 * }</pre>
 *
 * <p>Retries wait as they do in the application; {@code
 * resilient-llm.policies.NAME.retry.base-delay=1ms} makes a test of them quick.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Import(ScriptedVendors.class)
@TestExecutionListeners(
    listeners = Forgetting.class,
    mergeMode = TestExecutionListeners.MergeMode.MERGE_WITH_DEFAULTS)
public @interface AutoConfigureLlm {}
