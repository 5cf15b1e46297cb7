import Foundation
import SharedState
import TestSupport
import Testing
import TownhallKit

/// What the program writes to its terminal, counted on the pseudo-terminal.
extension EndToEndTests {
  @Suite("What is written to the terminal")
  struct QuietTests {
    private func open(_ town: ServerProcess) throws -> PTYProgram {
      try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), town.address],
        environment: [:],
        columns: 80,
        rows: 24
      )
    }

    @Test("Ten seconds in which the town does not change are no byte")
    func idle() throws {
      let town = try ServerProcess()
      try town.run("load", ShownScene.town)
      let screen = try open(town)
      try #require(screen.wait(for: "here is the town"), "\(screen.text)")
      screen.settle(milliseconds: 1000)
      let before = screen.output.count
      let end = Date(timeIntervalSinceNow: 10)
      while Date() < end { screen.settle(milliseconds: 500) }
      #expect(screen.output.count == before)
    }

    @Test("One field of one house that is seen changes: two hundred bytes at most")
    func change() async throws {
      let town = try await SharedStateServer.start(port: 0)
      let values = try StateValue(text: String(contentsOfFile: ShownScene.town, encoding: .utf8))
      for field in values.object ?? [:] {
        try await town.sharedState[field.key].set(field.value)
      }
      // Blocking while the screen is read must not stop the town, which runs in this process.
      let costs = try await Task.detached {
        let screen = try PTYProgram(
          [try BuiltProducts.path(of: "townhall"), town.address],
          environment: [:],
          columns: 80,
          rows: 24
        )
        try #require(screen.wait(for: "here is the town"), "\(screen.text)")
        screen.settle(milliseconds: 1000)
        var costs: [Int] = []
        for name in ["Trio", "Four"] {
          if !costs.isEmpty {
            // So many changes that from here on every new line of the activity moves the others up.
            for key in ["protein", "root", "water", "notebook"] {
              try await town.sharedState["selection.\(key)"].update(["seen": .string(name)])
            }
            // Until the marks of the changes have faded.
            let end = Date(timeIntervalSinceNow: 12)
            while Date() < end { screen.settle(milliseconds: 500) }
          }
          let before = screen.output.count
          try await town.sharedState["selection.hyperballs"].update(["display_name": .string(name)])
          try #require(screen.wait(for: name), "\(screen.text)")
          screen.settle(milliseconds: 100)
          costs.append(screen.output.count - before)
        }
        return costs
      }.value
      await town.close()
      print("bytes for one changed field:", costs)
      #expect(costs.allSatisfy { $0 <= 200 }, "\(costs)")
    }
  }
}
