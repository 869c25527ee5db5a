package io.github.resilientllm.internal.journal.file;

import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of a journal, and whether its file system keeps what it takes. */
public final class Site {
  private static final Logger LOG = LoggerFactory.getLogger(Site.class);
  private static final Set<String> FLEETING = Set.of("tmpfs", "ramfs", "overlay", "overlayfs");

  /** Their locks and caches do not keep a second machine out. */
  private static final Set<String> NETWORK =
      Set.of(
          "nfs",
          "nfs4",
          "cifs",
          "smb",
          "smb2",
          "smb3",
          "smbfs",
          "afs",
          "9p",
          "ceph",
          "glusterfs",
          "fuse.sshfs",
          "fuse.glusterfs",
          "fuse.s3fs",
          "lustre",
          "gpfs",
          "beegfs",
          "webdav");

  private final Disk disk;
  private final Path directory;
  private final FileOptions options;
  private volatile boolean checked;

  public Site(Disk disk, Path directory, FileOptions options) {
    this.disk = disk;
    this.directory = directory;
    this.options = options;
  }

  /**
   * Makes the directory if it is missing, and looks at its file system once.
   *
   * @param isThere whether it was seen just now
   */
  public void prepare(boolean isThere) throws IOException {
    if (isThere && checked) {
      return;
    }
    disk.createDirectories(directory);
    if (!checked) {
      check(disk.type(directory).toLowerCase(Locale.ROOT));
      syncName();
      checked = true;
    }
  }

  /** A process before this one may have died between making the directory and its sync. */
  private void syncName() throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent == null || !options.sync().forces()) {
      return;
    }
    try {
      disk.syncDirectory(parent);
    } catch (AccessDeniedException e) {
      // Somebody else made it: who makes it must be able to do this.
    }
  }

  private void check(String type) {
    if (NETWORK.contains(type) && !options.network()) {
      throw new JournalException(
          Reason.FAILED,
          "%s is on a network file system (%s), whose locks and caches do not keep conversations safe; use a local directory, or allowNetworkFileSystem() if only one machine uses it"
              .formatted(directory, type));
    }
    if (FLEETING.contains(type)) {
      LOG.atWarn()
          .addKeyValue("directory", directory)
          .addKeyValue("type", type)
          .log("Conversations are kept on a file system that ends with the machine or container");
    }
  }
}
