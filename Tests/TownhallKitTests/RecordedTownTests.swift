import Foundation
import SharedState
import TestSupport
import Testing
import Trajectory

@testable import TownhallKit

@Suite("A recorded session as a town", .timeLimit(.minutes(1)))
struct RecordedTownTests {
  @Test("An address names a recording, and a moment of it")
  func addresses() throws {
    let last = try RecordedPlace("a/b.nanover.zip")
    #expect(last == RecordedPlace(path: "a/b.nanover.zip"))
    #expect(try RecordedPlace("b.nanover.zip@5.2")?.moment == .time(.milliseconds(5200)))
    #expect(try RecordedPlace("b.nanover.zip@ligand is in")?.moment == .mark("ligand is in"))
    #expect(try RecordedPlace("b.nanover.zip@a.state")?.moment == .mark("a.state"))
    #expect(try RecordedPlace("a.traj/b.state") == RecordedPlace(path: "a.traj/b.state"))
    let moment = try RecordedPlace("a/b.traj@5.2")
    #expect(moment == RecordedPlace(path: "a/b.traj", moment: .time(.milliseconds(5200))))
    for text in ["ws://lab-3", "ws://lab.state", "lab.state.org:80", "interstate"] {
      #expect(try RecordedPlace(text) == nil, "\(text)")
    }
    #expect(try RecordedPlace("b.nanover.zip.org:80") == nil)
    for time in ["", "-1", "nan", "1e99"] {
      let error = #expect(throws: ServerAddressError.self) {
        try ServerAddress("b.nanover.zip@\(time)")
      }
      #expect(error?.problem.contains("number of seconds") == true)
    }
    #expect(try ServerAddress("b.nanover.zip@5").description == "b.nanover.zip@5.0")
  }

  /// A file of the corpus, as it would be called.
  private static func recording(
    _ name: String,
    as other: String? = nil,
    in folder: ScratchFolder
  ) throws -> String {
    let root = #filePath.replacing("Tests/TownhallKitTests/RecordedTownTests.swift", with: "")
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = "\(folder.path)/\(other ?? name + ".nanover.zip")"
    try manager.copyItem(atPath: "\(root)Tests/FuzzTargets/Corpus/recording/\(name)", toPath: path)
    return path
  }

  @Test("It has what was there at a moment, the molecule too, and takes nothing in")
  func joins() async throws {
    let folder = ScratchFolder()
    let path = try Self.recording("stored", in: folder)
    let first = try await SharedStateClient.connect(to: path + "@0.5")
    #expect(first.endpoint.state == ["a": 1, "b": ["x": [1, 2]]])
    await #expect(throws: (any Error).self) { try await first.sharedState["a"].set(2) }
    await first.close()
    var address = try ServerAddress(path)
    let inbox = FrameInbox()
    address.frames = inbox
    #expect(try address.recordingFlaws() == [])
    let last = try await SharedStateClient.connect(
      through: address.transport(),
      patience: .seconds(10)
    )
    #expect(last.endpoint.state == ["b": ["x": [1, 2]]])
    let frame = inbox.take()
    #expect(frame?[.particleCount] == 2 && frame?[.kineticEnergy] == 1.5)
    await last.close()
  }

  @Test("One of the older form is both of its files, by either name")
  func older() async throws {
    let folder = ScratchFolder()
    for (name, ending) in [("state", "state"), ("trajectory", "traj")] {
      _ = try Self.recording(name, as: "session.\(ending)", in: folder)
    }
    for ending in ["state", "traj@1.5"] {
      var address = try ServerAddress("\(folder.path)/session.\(ending)")
      let inbox = FrameInbox()
      address.frames = inbox
      #expect(try address.recordingFlaws() == [])
      let town = try await SharedStateClient.connect(
        through: address.transport(),
        patience: .seconds(10)
      )
      #expect(town.endpoint.state == ["b": ["x": [1.0, 2.0]], "text": "of some length"])
      let frame = inbox.take()
      #expect(frame?[.particleCount] == 2.0)
      #expect(frame?[.kineticEnergy] == (ending == "state" ? 1.5 : nil))
      await town.close()
    }
  }

  @Test(
    "One that is damaged is there as far as it goes, and says what is wrong; one that is not is an error"
  )
  func damaged() async throws {
    let folder = ScratchFolder()
    let path = try Self.recording("cut", in: folder)
    let flaws = try ServerAddress(path).recordingFlaws()
    #expect(flaws.contains("cut.nanover.zip: its end is missing"), "\(flaws)")
    let town = try await SharedStateClient.connect(to: path)
    #expect(town.endpoint.state["a"] == 1)
    await town.close()
    let error = #expect(throws: (any Error).self) {
      try ServerAddress("\(folder.path)/none.nanover.zip").recordingFlaws()
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("No such file"))
  }
}
