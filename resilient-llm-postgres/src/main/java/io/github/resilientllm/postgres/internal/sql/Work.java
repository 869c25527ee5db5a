package io.github.resilientllm.postgres.internal.sql;

import java.sql.Connection;
import java.sql.SQLException;

/** Something that is done with a connection, which is not kept. */
public interface Work<T> {
  T with(Connection connection) throws SQLException;
}
