import ArgumentParser
import SharedState
import TownhallKit

struct ShowClass: Verb {
  static let configuration = CommandConfiguration(
    commandName: "class",
    abstract: "Print how far the learners of a class have come.",
    discussion: """
      A class is opened with 'townhall serve --class', and joined with 'townhall tour --town ADDRESS'. One line for \
      each learner: name, the lesson that is open, how many are solved, how many of those were shown, how many hints were \
      read, and whether the learner is still there.

      EXAMPLES
        townhall class --town ws://lab-3:38801
        watch townhall class
        townhall class --json
      """
  )

  @Flag(help: "Print one JSON line for each learner.")
  var json = false

  @OptionGroup var town: PatientServerOptions

  func run(in surroundings: Surroundings) async throws {
    let houses = try await town.join(in: surroundings) {
      $0.endpoint.state
    }
    guard houses.contains(LearnerEntry.key) else {
      let advice = "'townhall serve --class' opens a town with one"
      throw Failure(.absent, "there is no class in this town; \(advice)")
    }
    let roll = ClassList(houses)
    for line in json ? roll.json : roll.table { try surroundings.print(line) }
  }
}
