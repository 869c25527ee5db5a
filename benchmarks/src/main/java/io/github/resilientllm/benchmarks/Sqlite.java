package io.github.resilientllm.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The journal that an application would write on SQLite: one connection, a commit for each entry,
 * WAL and {@code synchronous=FULL}. Threads take turns, which is faster than connections of their
 * own that wait for each other's lock.
 */
final class Sqlite implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement insert;

  Sqlite(Path file) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement setUp = connection.createStatement()) {
      setUp.execute("PRAGMA journal_mode=WAL");
      setUp.execute("PRAGMA synchronous=FULL");
      setUp.execute(
          "CREATE TABLE entry (conversation TEXT, n INTEGER, body TEXT, PRIMARY KEY (conversation, n))"
              + " WITHOUT ROWID");
    }
    insert = connection.prepareStatement("INSERT INTO entry VALUES (?, ?, ?)");
  }

  synchronized void insert(String conversation, long sequence, String body) throws SQLException {
    insert.setString(1, conversation);
    insert.setLong(2, sequence);
    insert.setString(3, body);
    insert.executeUpdate();
  }

  /** Reads as many rows as the journal has entries; writes them the first time. */
  synchronized int readLarge(int rows, String body) throws SQLException {
    int read = 0;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT n, body FROM entry WHERE conversation = 'large' ORDER BY n")) {
      try (ResultSet result = select.executeQuery()) {
        while (result.next()) {
          read += result.getString(2).length() > 0 ? 1 : 0;
        }
      }
    }
    if (read == 0) {
      connection.setAutoCommit(false);
      for (int i = 1; i <= rows; i++) {
        insert("large", i, body);
      }
      connection.commit();
      connection.setAutoCommit(true);
    }
    return read;
  }

  @Override
  public void close() throws SQLException {
    insert.close();
    connection.close();
  }
}
