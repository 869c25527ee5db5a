package io.github.resilientllm.okhttp.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A value is held to what its schema says, and to nothing that is not understood. */
class SchemaCheckTest {

  private static String broken(String schema, String value) throws IOException {
    return SchemaCheck.broken(schema.replace('\'', '"'), JsonTree.parse(value.replace('\'', '"')))
        .orElse("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'object'}                                       | {}          | []         | type",
        "{'type':'array'}                                        | []          | {}         | type",
        "{'type':'string'}                                       | 'a'         | 1          | type",
        "{'type':'integer'}                                      | 1.0         | 1.5        | type",
        "{'type':'integer'}                                      | 1e3         | '1'        | type",
        "{'type':'number'}                                       | 1.5         | null       | type",
        "{'type':'boolean'}                                      | true        | 0          | type",
        "{'type':'null'}                                         | null        | false      | type",
        "{'type':['string','null']}                              | null        | 1          | type",
        "{'enum':['a',1,null]}                                   | 1.0         | 'b'        | enum",
        "{'const':{'a':[1]}}                                     | {'a':[1.0]} | {'a':[]}   | const",
        "{'minimum':1}                                           | 1           | 0.9        | minimum",
        "{'maximum':1}                                           | 'text'      | 1.1        | maximum",
        "{'exclusiveMinimum':1}                                  | 1.1         | 1          | exclusiveMinimum",
        "{'exclusiveMaximum':1}                                  | 0.9         | 1          | exclusiveMaximum",
        "{'minLength':2}                                         | '😀😀'      | '😀'       | minLength",
        "{'maxLength':1}                                         | '😀'        | 'ab'       | maxLength",
        "{'minItems':1}                                          | [1]         | []         | minItems",
        "{'maxItems':1}                                          | [1]         | [1,2]      | maxItems",
        "{'items':{'type':'string'}}                             | ['a']       | ['a',1]    | type",
        "{'required':['a']}                                      | {'a':null}  | {'b':1}    | required",
        "{'properties':{'a':{'type':'string'}}}                  | {'b':1}     | {'a':1}    | type",
        "{'properties':{'a':{}},'additionalProperties':false}    | {'a':1}     | {'b':1}    | additionalProperties",
        "{'additionalProperties':{'type':'string'}}              | {'a':'x'}   | {'a':1}    | type",
        "{'anyOf':[{'type':'string'},{'type':'null'}]}           | null        | 1          | anyOf",
        "{'oneOf':[{'type':'string'},{'type':'null'}]}           | 'a'         | 1          | oneOf",
        "{'allOf':[{'type':'number'},{'minimum':1}]}             | 1           | 0          | minimum",
        "{'$ref':'#/$defs/a','$defs':{'a':{'type':'string'}}}    | 'a'         | 1          | type",
        "{'properties':{'a':{'$ref':'#'}},'required':['a']}      | [1]         | {'a':{}}   | required",
        "{'$defs':{'a/b':{'const':1}},'$ref':'#/$defs/a~1b'}     | 1           | 2          | const",
      })
  void eachKeywordIsObeyedOrNamed(String schema, String good, String bad, String keyword)
      throws IOException {
    assertThat(broken(schema, good)).isEmpty();
    assertThat(broken(schema, bad)).isEqualTo(keyword);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'pattern':'^b'}                                              | 'a'",
        "{'type':'decimal'}                                            | 'a'",
        "{'$ref':'https://example.com/schema'}                         | 'a'",
        "{'$ref':'#/$defs/missing'}                                    | 'a'",
        "{'items':[{'type':'number'}]}                                 | ['a']",
        "{'prefixItems':[{}],'items':{'type':'number'}}                | ['a']",
        "{'patternProperties':{},'additionalProperties':false}         | {'a':1}",
        "{'oneOf':[{'pattern':'a'},{'pattern':'b'}]}                   | 'a'",
        "{'minimum':'1','required':'a','enum':{},'anyOf':[]}           | 0",
        "true                                                          | 0",
        "no schema                                                     | 0",
      })
  void whatIsNotUnderstoodRefusesNothing(String schema, String value) throws IOException {
    assertThat(broken(schema, value)).isEmpty();
  }

  @Test
  void schemasAndValuesWithoutEndAreGivenUp() throws IOException {
    assertThat(broken("{'$ref':'#'}", "1")).isEmpty();
    assertThat(broken("{'anyOf':[{'$ref':'#'},{'$ref':'#'},{'$ref':'#'}]}", "1")).isEmpty();
    String deep = "[".repeat(900) + "1" + "]".repeat(900);
    assertThat(broken("{'items':{'$ref':'#'},'type':'array'}", deep)).isEmpty();
    assertThat(broken("{'items':{'$ref':'#'},'type':'array'}", "[[1]]")).isEqualTo("type");
    assertThat(broken("{'type':'integer','maximum':9}", "1e999999999")).isEqualTo("maximum");
  }

  @Test
  void theEnforceablePartKeepsNamesThatLookLikeKeywords() throws IOException {
    String schema =
        "{\"type\":\"object\",\"properties\":{\"pattern\":{\"type\":\"string\",\"pattern\":\"x\"},"
            + "\"list\":{\"type\":\"array\",\"minItems\":2,\"items\":{\"oneOf\":[{\"type\":\"number\","
            + "\"minimum\":1},{\"$ref\":\"#/$defs/o\"}]}}},"
            + "\"$defs\":{\"o\":{\"properties\":{\"maximum\":{\"enum\":[1]}},"
            + "\"additionalProperties\":true}}}";
    assertThat(StrictSchema.of(schema, "x"))
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{\"pattern\":{\"type\":\"string\"},"
                + "\"list\":{\"type\":\"array\",\"items\":{\"anyOf\":[{\"type\":\"number\"},"
                + "{\"$ref\":\"#/$defs/o\"}]}}},"
                + "\"$defs\":{\"o\":{\"properties\":{\"maximum\":{\"enum\":[1]}},"
                + "\"additionalProperties\":false}},\"additionalProperties\":false}");
  }
}
