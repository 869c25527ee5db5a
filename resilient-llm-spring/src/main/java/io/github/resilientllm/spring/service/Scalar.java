package io.github.resilientllm.spring.service;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * The types that are one JSON value: how a schema says them, and how they are read.
 *
 * @param schema what a schema says
 * @param read reads a text; numbers come as {@link BigDecimal#toString} writes them
 */
record Scalar(Map<String, Object> schema, Function<String, Object> read) {
  /** A number of more digits than this is no answer; to spell it out could fill the memory. */
  private static final int MAX_SCALE = 1_000;

  private static final Map<Class<?>, Scalar> ALL =
      Map.ofEntries(
          Map.entry(String.class, text(text -> text)),
          Map.entry(Boolean.class, new Scalar(Map.of("type", "boolean"), Boolean::valueOf)),
          Map.entry(Byte.class, integer(BigInteger::byteValueExact)),
          Map.entry(Short.class, integer(BigInteger::shortValueExact)),
          Map.entry(Integer.class, integer(BigInteger::intValueExact)),
          Map.entry(Long.class, integer(BigInteger::longValueExact)),
          Map.entry(BigInteger.class, integer(value -> value)),
          Map.entry(Float.class, number(BigDecimal::floatValue)),
          Map.entry(Double.class, number(BigDecimal::doubleValue)),
          Map.entry(BigDecimal.class, number(value -> value)),
          Map.entry(UUID.class, format("uuid", UUID::fromString)),
          Map.entry(LocalDate.class, format("date", LocalDate::parse)),
          Map.entry(Instant.class, format("date-time", s -> OffsetDateTime.parse(s).toInstant())),
          Map.entry(OffsetDateTime.class, format("date-time", OffsetDateTime::parse)),
          Map.entry(ZonedDateTime.class, format("date-time", ZonedDateTime::parse)),
          Map.entry(Duration.class, format("duration", Duration::parse)),
          // JSON Schema's own formats of these want an offset, or some vendors do not know them.
          Map.entry(
              LocalDateTime.class,
              described(
                  "date and time without offset, as 2026-11-27T16:30:00", LocalDateTime::parse)),
          Map.entry(
              LocalTime.class, described("time without offset, as 16:30:00", LocalTime::parse)),
          Map.entry(YearMonth.class, described("year and month, as 2026-11", YearMonth::parse)),
          Map.entry(Year.class, integer(value -> Year.of(value.intValueExact()))),
          Map.entry(Period.class, described("ISO 8601 period, as P1Y2M3D", Period::parse)),
          Map.entry(ZoneId.class, described("time zone, as Europe/Berlin", ZoneId::of)),
          Map.entry(URI.class, described("URI", URI::create)));

  /** What a schema says of a type; null if it is none of these. */
  static @Nullable Map<String, Object> schema(Class<?> type) {
    if (type.isEnum()) {
      Map<String, Object> schema = new LinkedHashMap<>();
      schema.put("type", "string");
      schema.put("enum", names(type));
      return schema;
    }
    Scalar scalar = ALL.get(ClassUtils.resolvePrimitiveIfNecessary(type));
    return scalar == null ? null : scalar.schema;
  }

  /**
   * Reads a value.
   *
   * @param word {@code string}, {@code number} or {@code boolean}: what stands in the JSON
   * @throws RuntimeException if it is no such value
   */
  static Object read(Class<?> type, String word, String value) {
    if (type.isEnum() && word.equals("string")) {
      return constant(type, value);
    }
    Scalar scalar = ALL.get(ClassUtils.resolvePrimitiveIfNecessary(type));
    if (scalar == null || !scalar.isWritten(word)) {
      throw new IllegalArgumentException("a " + word + " where a " + type.getName() + " belongs");
    }
    return scalar.read.apply(value);
  }

  private boolean isWritten(String word) {
    return word.equals("integer".equals(schema.get("type")) ? "number" : schema.get("type"));
  }

  private static List<String> names(Class<?> type) {
    return Stream.of(type.getEnumConstants()).map(one -> ((Enum<?>) one).name()).toList();
  }

  private static Object constant(Class<?> type, String name) {
    for (Object one : type.getEnumConstants()) {
      if (((Enum<?>) one).name().equals(name)) {
        return one;
      }
    }
    throw new IllegalArgumentException("no constant of " + type.getName());
  }

  private static Scalar text(Function<String, Object> read) {
    return new Scalar(Map.of("type", "string"), read);
  }

  private static Scalar format(String format, Function<String, Object> read) {
    return with("format", format, read);
  }

  private static Scalar described(String description, Function<String, Object> read) {
    return with("description", description, read);
  }

  private static Scalar with(String keyword, String value, Function<String, Object> read) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "string");
    schema.put(keyword, value);
    return new Scalar(schema, read);
  }

  private static Scalar number(Function<BigDecimal, Object> read) {
    return new Scalar(Map.of("type", "number"), text -> read.apply(decimal(text)));
  }

  private static Scalar integer(Function<BigInteger, Object> read) {
    return new Scalar(
        Map.of("type", "integer"), text -> read.apply(decimal(text).toBigIntegerExact()));
  }

  private static BigDecimal decimal(String text) {
    BigDecimal value = new BigDecimal(text);
    if (Math.abs((long) value.scale()) > MAX_SCALE) {
      throw new ArithmeticException("a number of too many digits");
    }
    return value;
  }
}
