package org.springframework.security.access;

/** Stands for Spring Security's, which is known by its name. */
public class AccessDeniedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception. */
  public AccessDeniedException(String message) {
    super(message);
  }
}
