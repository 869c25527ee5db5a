package io.github.resilientllm.okhttp.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A schema is enforced only if its closed form still allows what it allows by name. */
class StrictSchemaTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'object'}",
        "{'type':['object','null']}",
        "{'type':'object','additionalProperties':{'type':'string'}}",
        "{'type':'object','properties':{},'additionalProperties':true}",
        "{'type':'object','properties':{},'patternProperties':{'^a':{}}}",
        "{'allOf':[{'properties':{'a':{}}},{'properties':{'b':{}}}]}",
        "{'properties':{'map':{'type':'object'}}}",
        "{'items':{'oneOf':[{'type':'null'},{'type':'object'}]}}",
        "{'$ref':'#/$defs/m','$defs':{'m':{'type':'object'}}}",
      })
  void anObjectOfAnyNamesCannotBeClosed(String schema) {
    assertThat(StrictSchema.canEnforce(schema.replace('\'', '"'))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'object','properties':{}}",
        "{'type':'object','properties':{'type':{'enum':['object']}},'additionalProperties':false}",
        "{'properties':{'allOf':{'const':{'type':'object'}}}}",
        "{'anyOf':[{'type':'string'},{'type':'array','items':{'type':'number'}}]}",
        "{no JSON",
      })
  void listedNamesCanBeEnforced(String schema) {
    assertThat(StrictSchema.canEnforce(schema.replace('\'', '"'))).isTrue();
  }

  @Test
  void boundsGoAndObjectsAreClosed() throws IOException {
    assertThat(
            StrictSchema.of(
                "{\"type\":[\"object\",\"null\"],\"properties\":{\"a\":{\"oneOf\":[{\"minimum\":1}]}}}",
                "it"))
        .isEqualTo(
            "{\"type\":[\"object\",\"null\"],\"properties\":{\"a\":{\"anyOf\":[{}]}},"
                + "\"additionalProperties\":false}");
  }
}
