import Glibc
import NetworkSupport
import TestSupport
import Testing

@testable import TownhallApp

@Suite("Files of this program")
struct FilesTests {
  @Test("A file without a name is read from its beginning, and is not open in programs")
  func unnamed() throws {
    let descriptor = try Files.unnamed(holding: "abc".utf8)
    defer { close(descriptor) }
    #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    var bytes = [UInt8](repeating: 0, count: 8)
    #expect(read(descriptor, &bytes, bytes.count) == 3 && bytes.starts(with: "abc".utf8))
    var status = stat()
    #expect(fstat(descriptor, &status) == 0 && status.st_nlink == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test("A file whose permissions change is the same, and tells who may use it")
  func permissions() throws {
    let folder = ScratchFolder()
    let path = folder.path + "/file"
    close(try Files.replace(path, with: "abc".utf8))
    let closed = try #require(FileStatus(of: path))
    #expect(closed.isRegular && !closed.isFolder && !closed.isOpenToOthers)
    #expect(chmod(path, 0o604) == 0)
    let opened = try #require(FileStatus(of: path))
    #expect(opened.isOpenToOthers && opened == closed && Set([opened, closed]).count == 1)
    close(try Files.replace(path, with: "abcd".utf8))
    #expect(FileStatus(of: path) != closed)
    let around = try #require(FileStatus(of: folder.path))
    #expect(around.isFolder && !around.isRegular)
  }
}
