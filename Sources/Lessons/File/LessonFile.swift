import SharedState
import StateEditing
import TOML
import Wording

/// A tour as a file that anybody can write: TOML, in the format that `.github/docs/writing-lessons.md` describes.
package struct LessonFile: Sendable {
  /// Something that is wrong in the file.
  package struct Flaw: Hashable, Sendable {
    package var line: Int
    package var reason: String

    /// The flaw in one line, as compilers write it.
    package func text(in file: String) -> String {
      "\(file):\(line): \(reason)"
    }
  }

  /// The file is no tour.
  package struct Unfit: Error {
    package var flaws: [Flaw]
  }

  /// A larger file is no tour.
  package static let mostBytes = 1_000_000
  /// No tour has more lessons.
  static let mostLessons = 100
  /// No lesson has more of anything, has more entries, or presses more keys on one way.
  static let mostParts = 50
  static let mostEntries = 500
  static let mostStrokes = 2_000
  /// No lesson has a larger molecule, in residues or in atoms.
  static let mostAtoms = 10_000

  package let tour: Tour
  /// The lessons as they stand in the file, in their order.
  private let nodes: [TOMLNode]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - text: What stands in it.
  ///   - commands: The names of the commands that a condition can ask for.
  /// - Throws: ``Unfit`` with everything that is wrong, in the order of the file.
  package init(_ text: String, commands: Set<String>) throws(Unfit) {
    let table: TOMLTable
    do {
      table = try TOMLDocument(text).root
    } catch {
      throw Unfit(flaws: [Flaw(line: error.line, reason: error.reason)])
    }
    nodes = table["lesson"]?.value.array ?? []
    let reader = LessonReader(commands: commands)
    tour = reader.tour(LessonTable(table, from: 1, called: "", reader))
    guard reader.flaws.isEmpty else {
      let sorted = reader.flaws.enumerated().sorted {
        ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
      }
      throw Unfit(flaws: sorted.map(\.element))
    }
  }

  /// What a proof has found, as a flaw of the file.
  package func flaw(_ problem: LessonProof.Problem) -> Flaw {
    let lesson = tour.lessons[problem.lesson]
    let node = nodes[problem.lesson]
    let table = node.value.table
    let (part, name): (TOMLNode?, String) =
      switch problem.part {
      case .start: (node, "")
      case .show: (table?["show"], ", show me")
      case .route(let index):
        (table?["route"]?.value.array?[index], ", route '\(lesson.routes[index].name)'")
      case .wrong(let index):
        (table?["wrong"]?.value.array?[index], ", wrong turn '\(lesson.wrong[index].name)'")
      }
    let reason = "lesson '\(lesson.name)'\(name): \(problem.reason)"
    return Flaw(line: (part ?? node).line, reason: reason)
  }
}

/// A table of the file, which knows what of it has been asked for.
private final class LessonTable {
  private let table: TOMLTable
  private let line: Int
  /// What it is called in a header, without brackets.
  private let name: String
  private let reader: LessonReader
  private var known: Set<String> = []

  init(_ table: TOMLTable, from line: Int, called name: String, _ reader: LessonReader) {
    (self.table, self.line, self.name, self.reader) = (table, line, name, reader)
  }

  var names: [String] { table.keys }

  private func name(of key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

  func has(_ key: String) -> Bool {
    known.insert(key)
    return table[key] != nil
  }

  private func take(_ key: String) -> TOMLNode? {
    known.insert(key)
    return table[key]
  }

  // MARK: Flaws

  /// Complains about the table as a whole.
  func complain(_ reason: String) { reader.note(line, reason) }

  /// Complains about what stands at a key, or about the table, if nothing does.
  func complain(_ key: String, _ reason: String) { reader.note(table[key]?.line ?? line, reason) }

  /// Complains about the element of a list that holds a text.
  func complain(_ key: String, about text: String, _ reason: String) {
    let element = table[key]?.value.array?.first { $0.value.string?.contains(text) == true }
    reader.note(element?.line ?? table[key]?.line ?? line, reason)
  }

  // MARK: Values

  /// What is read of a value; it must be of the kind that is said, if it is there.
  private func read<Value>(
    _ key: String,
    _ kind: String,
    _ read: (TOMLValue) -> Value?
  ) -> Value? {
    guard let node = take(key) else { return nil }
    let read = read(node.value)
    if read == nil { complain(key, "\(key) must be \(kind)") }
    return read
  }

  func text(_ key: String) -> String? { read(key, "a text, such as \(key) = \"…\"", \.string) }

  /// A text that has to be there, and not empty.
  func neededText(_ key: String) -> String {
    guard has(key) else {
      complain("\(key) is missing")
      return ""
    }
    let text = text(key)
    if text?.isEmpty == true { complain(key, "\(key) is empty") }
    return text ?? ""
  }

  func texts(_ key: String) -> [String] {
    read(key, "a list of texts") { value in
      let given = value.array?.map(\.value) ?? [value]
      let texts = given.compactMap(\.string)
      return texts.count == given.count ? texts : nil
    } ?? []
  }

  func count(_ key: String) -> Int? {
    read(key, "a whole number from 0") { value in
      value.integer.flatMap { (0...1_000_000).contains($0) ? $0 : nil }
    }
  }

  func flag(_ key: String) -> Bool { read(key, "true or false", \.boolean) ?? false }

  func seconds(_ key: String) -> Duration {
    read(key, "a number of seconds from 0 to 60") { value in
      let seconds = value.number ?? value.integer.map(Double.init)
      return seconds.flatMap { (0...60).contains($0) ? .seconds($0) : nil }
    } ?? .zero
  }

  /// A value of the state, as text.
  func value(_ key: String) -> StateValue? {
    guard let text = text(key) else { return nil }
    do {
      return try StateValue(text: text)
    } catch {
      complain(key, "'\(text)' is no value: \(error)")
      return nil
    }
  }

  func fields(_ key: String) -> StateObject? {
    guard let value = value(key) else { return nil }
    guard let object = value.object else {
      complain(key, "\(key) must hold fields, such as '{\"layer\": 1}'")
      return nil
    }
    return object
  }

  // MARK: Tables

  func table(_ key: String) -> LessonTable? {
    read(key, "a table, such as [\(key)]", \.table)
      .map { LessonTable($0, from: table[key]?.line ?? line, called: name(of: key), reader) }
  }

  /// Whether it is a table, where a text would do as well.
  func isTable(_ key: String) -> Bool { take(key)?.value.table != nil }

  func tables(_ key: String) -> [LessonTable] {
    guard let node = take(key) else { return [] }
    let nodes = node.value.array ?? [node]
    let tables = nodes.compactMap { node in
      node.value.table.map { LessonTable($0, from: node.line, called: name(of: key), reader) }
    }
    guard node.value.array != nil, tables.count == nodes.count else {
      complain(key, "write each \(key) as [[\(name(of: key))]]")
      return []
    }
    let most = name.isEmpty ? LessonFile.mostLessons : LessonFile.mostParts
    if tables.count > most {
      complain(key, "\(tables.count) times \(key) is too much: \(most) at most")
    }
    return Array(tables.prefix(most))
  }

  /// Entries by their keys, each value as text.
  func entries(_ key: String) -> StateObject {
    guard let table = table(key) else { return [:] }
    if table.names.count > LessonFile.mostEntries {
      complain(key, "\(table.names.count) houses are too many: \(LessonFile.mostEntries) at most")
      return [:]
    }
    for name in table.names where name.hasPrefix("update.") {
      table.complain(name, "no lesson can have a house on update., where programs keep their books")
    }
    return StateObject(table.names.compactMap { name in table.value(name).map { (name, $0) } })
  }

  /// Complains about everything that nobody has asked for.
  func close() {
    for name in table.keys where !known.contains(name) {
      let near = known.filter { $0.isNear(name) }.min()
      let advice = near.map { "; is it '\($0)'?" } ?? ""
      complain(name, "there is no '\(name)' here\(advice)")
    }
  }
}

/// The tables of the parts of a lesson, in which what is wrong with a part has its place.
private struct LessonParts {
  let checks, slips, neighbour, routes, wrong: [LessonTable]

  init(_ table: LessonTable) {
    (checks, slips) = (table.tables("check"), table.tables("slip"))
    neighbour = table.tables("neighbour")
    (routes, wrong) = (table.tables("route"), table.tables("wrong"))
  }
}

/// Reads the tables of a tour, and collects what is wrong in them.
private final class LessonReader {
  private(set) var flaws: [LessonFile.Flaw] = []
  private let commands: Set<String>

  init(commands: Set<String>) { self.commands = commands }

  func note(_ line: Int, _ reason: String) { flaws.append(.init(line: line, reason: reason)) }

  // MARK: The tour

  func tour(_ table: LessonTable) -> Tour {
    let (name, title) = (table.neededText("name"), table.neededText("title"))
    let tables = table.tables("lesson")
    table.close()
    if tables.isEmpty { table.complain("there is no [[lesson]] in it") }
    let lessons = tables.map(lesson)
    var seen: Set<String> = []
    for (lesson, table) in zip(lessons, tables) where !seen.insert(lesson.name).inserted {
      table.complain("name", "another lesson is called '\(lesson.name)'")
    }
    return Tour(name: name, title: title, lessons: lessons)
  }

  private func lesson(_ table: LessonTable) -> Lesson {
    var lesson = Lesson(
      name: table.neededText("name"),
      title: table.neededText("title"),
      text: Self.paragraphs(table.neededText("text")),
      picture: picture(table),
      goal: table.neededText("goal"),
      hints: table.texts("hints"),
      start: table.entries("town"),
      molecule: molecule(table),
      checks: [],
      show: strokes("show", table)
    )
    if lesson.hints.count != 3 { table.complain("hints", "a lesson has three hints") }
    if lesson.show.isEmpty { table.complain("show", "a lesson has to show how it is solved") }
    let parts = LessonParts(table)
    lesson.checks = parts.checks.map(check)
    if lesson.checks.isEmpty { table.complain("check", "a lesson needs a [[lesson.check]]") }
    lesson.slips = parts.slips.map(slip)
    lesson.neighbour = parts.neighbour.map(act)
    lesson.routes = parts.routes.map(route)
    lesson.wrong = parts.wrong.map(attempt)
    table.close()
    checkNames(lesson, table, parts)
    return lesson
  }

  private static func paragraphs(_ text: String) -> [String] {
    var paragraphs: [[Substring]] = [[]]
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if line.allSatisfy(\.isWhitespace) { paragraphs.append([]) }
      paragraphs[paragraphs.count - 1] += line.split(whereSeparator: \.isWhitespace)
    }
    return paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: " ") }
  }

  private func picture(_ table: LessonTable) -> Lesson.Picture? {
    let (name, of) = (table.text("drawing"), table.text("of"))
    guard let name else { return nil }
    guard let kind = Lesson.Picture.Kind(rawValue: name) else {
      let names = Lesson.Picture.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      table.complain("drawing", "there is no drawing '\(name)'; these are: \(names)")
      return nil
    }
    return Lesson.Picture(kind, of: of ?? "")
  }

  private func molecule(_ table: LessonTable) -> [Lesson.Residue] {
    let residues = table.texts("molecule").compactMap { line -> Lesson.Residue? in
      if let residue = Lesson.Residue(line) { return residue }
      let example = "ALA 12 A: N CA C O CB"
      table.complain(
        "molecule",
        about: line,
        "'\(line)' is no residue; one is written '\(example)': name, number, chain and atoms"
      )
      return nil
    }
    let atoms = residues.reduce(0) { $0 + $1.atoms.count }
    guard atoms <= LessonFile.mostAtoms else {
      table.complain("molecule", "\(atoms) atoms are too many: \(LessonFile.mostAtoms) at most")
      return []
    }
    return residues
  }

  private func strokes(_ key: String, _ table: LessonTable) -> [Lesson.Stroke] {
    let strokes = table.texts(key).flatMap { line -> [Lesson.Stroke] in
      if let strokes = Lesson.Stroke.line(line) { return strokes }
      table.complain(key, about: line, "'\(line)' holds what is no key; '>' types a text")
      return []
    }
    if strokes.count > LessonFile.mostStrokes {
      table.complain(key, "\(strokes.count) keys are too many: \(LessonFile.mostStrokes) at most")
    }
    return Array(strokes.prefix(LessonFile.mostStrokes))
  }

  private func check(_ table: LessonTable) -> Lesson.Check {
    let name = table.text("name")
    let after = table.text("after")
    let once = table.flag("once")
    let missing = table.neededText("missing")
    defer { table.close() }
    return Lesson.Check(condition(table), name: name, after: after, once: once, missing: missing)
  }

  private func slip(_ table: LessonTable) -> Lesson.Slip {
    defer { table.close() }
    let say = table.neededText("say")
    return Lesson.Slip(condition(table), say: say)
  }

  private func act(_ table: LessonTable) -> Lesson.Act {
    let act = Lesson.Act(
      name: table.text("name"),
      when: trigger(table),
      wait: table.seconds("wait"),
      set: table.entries("set"),
      update: table.entries("update"),
      remove: table.texts("remove"),
      say: table.text("say")
    )
    for house in act.update where house.value.object == nil {
      table.complain("update", "update gives fields, and \(house.key) gets \(house.value.kind)")
    }
    if act.set.isEmpty, act.update.isEmpty, act.remove.isEmpty {
      table.complain("the neighbour does nothing: set, update or remove something")
    }
    table.close()
    return act
  }

  private func trigger(_ table: LessonTable) -> Lesson.Act.Trigger {
    guard table.has("when") else { return .start }
    if table.isTable("when"), let inner = table.table("when") {
      defer { inner.close() }
      return .condition(condition(inner))
    }
    return .check(table.text("when") ?? "")
  }

  private func route(_ table: LessonTable) -> Lesson.Route {
    defer { table.close() }
    return Lesson.Route(name: table.neededText("name"), strokes: strokes("keys", table))
  }

  private func attempt(_ table: LessonTable) -> Lesson.Attempt {
    defer { table.close() }
    let (name, strokes) = (table.neededText("name"), strokes("keys", table))
    return Lesson.Attempt(name: name, strokes: strokes, says: table.neededText("says"))
  }

  // MARK: Names

  /// What a lesson refers to has to be there.
  private func checkNames(_ lesson: Lesson, _ table: LessonTable, _ parts: LessonParts) {
    let checks = Set(lesson.checks.compactMap(\.name))
    let acts = Set(lesson.neighbour.compactMap(\.name))
    for (check, place) in zip(lesson.checks, parts.checks) {
      if let after = check.after, !checks.contains(after) || after == check.name {
        place.complain("after", "no other check is called '\(after)'")
      }
      checkAct(in: check.condition, acts, place, "acted")
    }
    for (slip, place) in zip(lesson.slips, parts.slips) {
      checkAct(in: slip.condition, acts, place, "acted")
    }
    for (act, place) in zip(lesson.neighbour, parts.neighbour) {
      switch act.when {
      case .check(let name) where !checks.contains(name):
        place.complain("when", "no check is called '\(name)'")
      case .condition(let condition): checkAct(in: condition, acts, place, "when")
      case .check, .start: break
      }
    }
    checkActs(in: lesson.show, acts, table, "show")
    for (route, place) in zip(lesson.routes, parts.routes) {
      checkActs(in: route.strokes, acts, place, "keys")
    }
    for (attempt, place) in zip(lesson.wrong, parts.wrong) {
      checkActs(in: attempt.strokes, acts, place, "keys")
    }
  }

  private func checkAct(
    in condition: LessonCondition,
    _ acts: Set<String>,
    _ table: LessonTable,
    _ key: String
  ) {
    guard case .acted(let name) = condition, !acts.contains(name) else { return }
    table.complain(key, "the neighbour does nothing that is called '\(name)'")
  }

  private func checkActs(
    in strokes: [Lesson.Stroke],
    _ acts: Set<String>,
    _ table: LessonTable,
    _ key: String
  ) {
    for case .waitFor(let name) in strokes where !acts.contains(name) {
      let reason = "the neighbour does nothing that is called '\(name)'"
      table.complain(key, about: "@\(name)", reason)
    }
  }

  // MARK: Conditions

  private static let conditions = [
    "lives", "vacant", "house", "street", "someone", "asbegun", "been", "snapshot", "stale", "ran",
    "opened", "left", "edited", "merged", "acted",
  ]

  /// The one condition of a table.
  private func condition(_ table: LessonTable) -> LessonCondition {
    let named = Self.conditions.filter(table.has)
    guard let name = named.first, named.count == 1 else {
      let list = Self.conditions.joined(separator: ", ")
      table.complain(
        named.isEmpty
          ? "a condition is missing; these are: \(list)"
          : "one condition, not \(named.joined(separator: " and "))"
      )
      return .vacant("")
    }
    return condition(named: name, table)
  }

  private func condition(named name: String, _ table: LessonTable) -> LessonCondition {
    if name == "ran" { return .ran(commands(table)) }
    let place = table.neededText(name)
    switch name {
    case "lives": return .lives(place)
    case "vacant": return .vacant(place)
    case "house": return value(of: place, table)
    case "street": return .houses(on: group(place, name, table), houses(table))
    case "someone":
      guard let fields = table.fields("has") else {
        if !table.has("has") { table.complain("has is missing") }
        return .vacant(place)
      }
      return .someone(on: group(place, name, table), has: fields)
    case "asbegun": return .asBegun(place)
    case "been": return .been(place)
    case "snapshot": return .snapshot(place, times: max(1, table.count("times") ?? 1))
    case "stale": return .stale(place)
    case "opened": return .opened(place, by: verbs(table))
    case "left": return .left(place, by: verbs(table))
    case "edited": return .edited(place, by: verbs(table))
    case "merged": return .merged(place)
    default: return .acted(place)
    }
  }

  private func value(of key: String, _ table: LessonTable) -> LessonCondition {
    let field = table.text("field")
    let read = field.flatMap { ValuePath(text: $0) }
    if let field, read == nil { table.complain("field", "'\(field)' is no path to a field") }
    let path = read ?? .root
    if let value = table.value("is") { return .value(of: key, at: path, is: value) }
    if let value = table.value("isnt") { return .otherValue(of: key, at: path, than: value) }
    if !table.has("is"), !table.has("isnt") { table.complain("is, or isnt, is missing") }
    return .lives(key)
  }

  private func houses(_ table: LessonTable) -> ClosedRange<Int> {
    if let count = table.count("holds") { return count...count }
    if let least = table.count("atleast") { return least...Int.max }
    if !table.has("holds"), !table.has("atleast") {
      table.complain("holds, or atleast, is missing")
    }
    return 0...0
  }

  private func group(_ text: String, _ key: String, _ table: LessonTable) -> String {
    if !text.hasSuffix(".") {
      table.complain(key, "a street ends with a dot: \(key) = \"\(text).\"")
    }
    return text
  }

  private func commands(_ table: LessonTable) -> Set<String> {
    let names = table.texts("ran")
    for name in names where !commands.contains(name) {
      table.complain("ran", "no command is called '\(name)'; ':' in the dashboard lists them")
    }
    return Set(names)
  }

  private func verbs(_ table: LessonTable) -> Set<EditVerb> {
    let names = table.texts("by")
    for name in names where EditVerb(rawValue: name) == nil {
      let all = EditVerb.allCases.map(\.rawValue).joined(separator: ", ")
      table.complain("by", "'\(name)' is no edit; these are: \(all)")
    }
    return names.isEmpty ? Set(EditVerb.allCases) : Set(names.compactMap(EditVerb.init))
  }
}
