import ArgumentParser
import Dashboard
import Lessons

/// Proves the lessons of a file, for those who write them.
enum TourCheck {
  /// Prints a line for each lesson that holds, and says of each flaw where it is and why it is one.
  ///
  /// - Throws: `ExitCode` if anything is wrong, `Failure` if the file cannot be read.
  static func run(_ path: String, in surroundings: Surroundings) throws {
    let file: LessonFile
    do {
      file = try LessonFile.read(Course.text(of: path))
    } catch let error as LessonFile.Unfit {
      tell(error.flaws, of: path, in: surroundings)
      throw ExitCode(ExitStatus.badUsage.rawValue)
    }
    var holds = true
    let proof = LessonProof(file.tour)
    for (index, lesson) in file.tour.lessons.enumerated() {
      let flaws = proof.problems(ofLesson: index).map(file.flaw)
      tell(flaws, of: path, in: surroundings)
      if flaws.isEmpty {
        try surroundings.print(Program.safe(lesson.proven))
      } else {
        holds = false
      }
    }
    guard holds else { throw ExitCode(ExitStatus.badUsage.rawValue) }
  }

  private static func tell(
    _ flaws: [LessonFile.Flaw],
    of path: String,
    in surroundings: Surroundings
  ) {
    for flaw in flaws { surroundings.tell(Program.safe(flaw.text(in: path)) + "\n") }
  }
}
