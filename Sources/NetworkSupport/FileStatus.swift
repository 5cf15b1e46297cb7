internal import Glibc

/// What the file system says of a file: its size, and what tells one state of it from the next.
package struct FileStatus: Hashable, Sendable {
  /// In bytes.
  package let size: Int
  /// Whether it is a file with bytes in it, and no folder, pipe or device.
  package let isRegular: Bool
  /// Whether it is a folder.
  package let isFolder: Bool
  /// Whether others than its owner may do anything with it, which does not tell one state from the next.
  package let isOpenToOthers: Bool
  private let device: UInt
  private let inode: UInt
  /// When it was last written, in seconds since 1970 and nanoseconds.
  package let modified: [Int]

  /// Looks at the file of a path; nil if there is none that can be looked at.
  package init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Looks at an open file; nil if the descriptor is none.
  package init?(of descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    size = Int(status.st_size)
    isRegular = status.st_mode & S_IFMT == S_IFREG
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    isOpenToOthers = status.st_mode & 0o077 != 0
    (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
    modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
  }

  package static func == (one: FileStatus, other: FileStatus) -> Bool {
    (one.device, one.inode, one.size, one.modified)
      == (other.device, other.inode, other.size, other.modified)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(inode)
    hasher.combine(modified)
  }
}
