package io.github.resilientllm.spring.service;

import java.beans.PropertyDescriptor;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ReflectionUtils;

/**
 * A type that is an object in JSON: a record, a class with one constructor that takes all it holds,
 * or a bean with setters.
 *
 * @param properties what it holds, in the order of their declaration
 * @param maker makes one of the values of its properties
 */
record Structure(List<Property> properties, Function<@Nullable Object[], Object> maker) {
  // Jackson's annotations by name, for they need no Jackson to be read.
  private static final String DESCRIPTION =
      "com.fasterxml.jackson.annotation.JsonPropertyDescription";
  private static final String IGNORED = "com.fasterxml.jackson.annotation.JsonIgnore";

  /**
   * A property.
   *
   * @param name its name in Java
   * @param isNullable whether null may stand for it
   * @param hasDefault whether it has a value of its own where there is none
   * @param description what the model is told of it; null for nothing
   */
  record Property(
      String name,
      ResolvableType type,
      boolean isNullable,
      boolean hasDefault,
      @Nullable String description) {

    private static Property of(String name, ResolvableType type, List<AnnotatedElement> places) {
      Optional<String> said =
          places.stream()
              .map(place -> MergedAnnotations.from(place).get(DESCRIPTION).getValue("value"))
              .flatMap(value -> value.map(Object::toString).stream())
              .findFirst();
      return new Property(
          name, type, places.stream().anyMatch(Nullness::isNullable), false, said.orElse(null));
    }

    private Property withDefault() {
      return new Property(name, type, true, true, description);
    }
  }

  /** Whether a class may be one: it can be made, and is none of the JDK's or of Kotlin's. */
  static boolean is(Class<?> raw) {
    return !raw.isEnum()
        && !Modifier.isAbstract(raw.getModifiers()) // nor are primitives and arrays
        && !raw.getName().startsWith("java.")
        && !raw.getName().startsWith("kotlin.");
  }

  /**
   * The structure of a class.
   *
   * @param type a class that {@link #is} one
   * @param where what is one, for the reason
   * @throws SchemaWriter.Unwritable if it cannot be told what it holds, or how it is made
   */
  static Structure of(ResolvableType type, String where) throws SchemaWriter.Unwritable {
    Class<?> raw = type.toClass();
    Structure structure;
    if (raw.isRecord()) {
      structure = record(type, raw);
    } else {
      Constructor<?> constructor = constructor(raw, where);
      structure =
          constructor.getParameterCount() == 0
              ? bean(type, raw, constructor)
              : value(type, raw, constructor, where);
    }
    if (structure.properties.isEmpty()) {
      throw new SchemaWriter.Unwritable(
          where
              + " is "
              + raw.getSimpleName()
              + (raw.isRecord() ? ", a record without components." : ", a class without setters."));
    }
    return structure;
  }

  private static Structure record(ResolvableType type, Class<?> raw) {
    List<Property> properties = new ArrayList<>();
    for (RecordComponent component : raw.getRecordComponents()) {
      ResolvableType its = ResolvableType.forType(component.getGenericType(), type);
      List<AnnotatedElement> places = List.of(component, component.getAccessor());
      properties.add(Property.of(component.getName(), its, places));
    }
    Constructor<?> canonical = BeanUtils.findPrimaryConstructor(raw);
    return new Structure(properties, by(Objects.requireNonNull(canonical)));
  }

  /** The one that takes nothing, or the only one there is; of Kotlin the primary one. */
  private static Constructor<?> constructor(Class<?> raw, String where)
      throws SchemaWriter.Unwritable {
    if (raw.getEnclosingClass() != null && !Modifier.isStatic(raw.getModifiers())) {
      throw new SchemaWriter.Unwritable(
          where + " is a " + raw.getSimpleName() + ", an inner class; make it static.");
    }
    if (KotlinDetector.isKotlinType(raw) && !KotlinParameters.know(raw)) {
      throw new SchemaWriter.Unwritable(
          where
              + " is a "
              + raw.getSimpleName()
              + ", a class of Kotlin's, and without org.jetbrains.kotlin:kotlin-reflect nobody knows"
              + " what of it may be null.");
    }
    if (KotlinDetector.isInlineClass(raw)) {
      throw valueClass(where);
    }
    Constructor<?> primary = BeanUtils.findPrimaryConstructor(raw);
    if (primary != null) {
      return primary;
    }
    List<Constructor<?>> all =
        Arrays.stream(raw.getDeclaredConstructors())
            .filter(one -> !one.isSynthetic() && !Modifier.isPrivate(one.getModifiers()))
            .sorted(Comparator.comparing(Constructor::getParameterCount))
            .toList();
    if (all.isEmpty() || (all.size() > 1 && all.get(0).getParameterCount() > 0)) {
      throw new SchemaWriter.Unwritable(
          where
              + " is a "
              + raw.getName()
              + ", a class that has neither a constructor without parameters nor a single one.");
    }
    return all.get(0);
  }

  private static SchemaWriter.Unwritable valueClass(String where) {
    return new SchemaWriter.Unwritable(
        where + " is of a value class of Kotlin's; take the type of what is in it.");
  }

  /** A class whose constructor takes all it holds. */
  private static Structure value(
      ResolvableType type, Class<?> raw, Constructor<?> constructor, String where)
      throws SchemaWriter.Unwritable {
    String[] names;
    try {
      names = BeanUtils.getParameterNames(constructor);
    } catch (IllegalStateException e) {
      throw new SchemaWriter.Unwritable(
          where
              + " is a "
              + raw.getName()
              + ", and the names of its constructor's parameters are not known: it was compiled"
              + " without -parameters.");
    }
    Parameter[] parameters = constructor.getParameters();
    List<Property> properties = new ArrayList<>();
    boolean ofKotlin = KotlinParameters.know(raw);
    for (int i = 0; i < names.length; i++) {
      if (ofKotlin && KotlinParameters.isOfValueClass(parameters[i])) {
        throw valueClass(raw.getSimpleName() + "." + names[i]);
      }
      List<AnnotatedElement> places = places(raw, names[i]);
      places.add(parameters[i]);
      ResolvableType its = ResolvableType.forType(parameters[i].getParameterizedType(), type);
      Property property = Property.of(names[i], its, places);
      boolean hasDefault = ofKotlin && KotlinParameters.hasDefault(parameters[i]);
      properties.add(hasDefault ? property.withDefault() : property);
    }
    return new Structure(properties, by(constructor));
  }

  private static Function<@Nullable Object[], Object> by(Constructor<?> constructor) {
    return values -> BeanUtils.instantiateClass(constructor, values);
  }

  private static Structure bean(ResolvableType type, Class<?> raw, Constructor<?> constructor) {
    List<Property> properties = new ArrayList<>();
    List<Method> setters = new ArrayList<>();
    for (PropertyDescriptor descriptor : inOrder(raw)) {
      Method setter = descriptor.getWriteMethod();
      List<AnnotatedElement> places = places(raw, descriptor.getName());
      if (setter == null
          || places.stream().anyMatch(place -> MergedAnnotations.from(place).isPresent(IGNORED))) {
        continue;
      }
      ReflectionUtils.makeAccessible(setter);
      setters.add(setter);
      ResolvableType its = ResolvableType.forType(setter.getGenericParameterTypes()[0], type);
      properties.add(Property.of(descriptor.getName(), its, places));
    }
    return new Structure(
        properties,
        values -> {
          Object bean = BeanUtils.instantiateClass(constructor);
          for (int i = 0; i < values.length; i++) {
            ReflectionUtils.invokeMethod(setters.get(i), bean, values[i]);
          }
          return bean;
        });
  }

  /** As the fields are declared, which says more than the alphabet. */
  private static List<PropertyDescriptor> inOrder(Class<?> raw) {
    List<String> fields = new ArrayList<>();
    for (Class<?> one = raw; one != null; one = one.getSuperclass()) {
      fields.addAll(0, Arrays.stream(one.getDeclaredFields()).map(Field::getName).toList());
    }
    return Arrays.stream(BeanUtils.getPropertyDescriptors(raw))
        .sorted(Comparator.comparingInt(each -> place(fields.indexOf(each.getName()))))
        .toList();
  }

  private static int place(int index) {
    return index < 0 ? Integer.MAX_VALUE : index;
  }

  /** Where annotations of a property may stand. */
  private static List<AnnotatedElement> places(Class<?> raw, String name) {
    List<AnnotatedElement> places = new ArrayList<>();
    Field field = ReflectionUtils.findField(raw, name);
    if (field != null) {
      places.add(field);
    }
    PropertyDescriptor descriptor = BeanUtils.getPropertyDescriptor(raw, name);
    if (descriptor == null) {
      return places;
    }
    if (descriptor.getReadMethod() != null) {
      places.add(descriptor.getReadMethod());
    }
    if (descriptor.getWriteMethod() != null) {
      places.add(descriptor.getWriteMethod());
      places.add(descriptor.getWriteMethod().getParameters()[0]);
    }
    return places;
  }
}
