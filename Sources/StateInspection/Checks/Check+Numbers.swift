import SharedState
import Wording

/// Numbers of the wrong kind.
extension Check {
  static let numbers: [Check] = [integers, notNumbers, nulls]

  private static let integers = Check(
    "integer-for-float",
    fact:
      "headsets read int and float apart: one int in a vector or colour and all of it is refused",
    find: { entry in
      let walk = FloatWalk(entry)
      guard let first = walk.places.first else { return [] }
      let more = walk.places.count - 1
      let rest = more == 0 ? "" : ", and in \(Phrases.count(more, "other place"))"
      return [
        Finding(
          .warning,
          at: first,
          "\(Finding.place(first)) holds an int\(rest)",
          trouble: "headsets read floats here, and ignore or refuse an int",
          advice: "write 1.0 for 1",
          repair: "ints to floats"
        )
      ]
    },
    repair: { FloatWalk($0).result }
  )

  private static let notNumbers = Check(
    "not-a-number",
    fact: "a place, a turn or a size that is not finite puts things nowhere",
    find: { entry in
      guard FiniteWalk.groups.contains(entry.group) || entry.key == "scene" else { return [] }
      var walk = FiniteWalk()
      walk.visit(entry.value, [])
      return walk.found.map { path, number in
        Finding(
          .warning,
          at: path,
          "\(Finding.place(path)) is \(Phrases.decimal(number, digits: 0))",
          trouble: "what is drawn from it is nowhere, or without end",
          advice: "set a finite number"
        )
      }
    }
  )

  private static let nulls = Check(
    "null-inside",
    fact:
      "a null anywhere inside an avatar, an interaction or a user's origin makes headsets throw",
    one: { entry in
      guard FloatWalk.strictGroups.contains(entry.group), entry.object != nil,
        let path = Nulls.first(in: entry.value, [])
      else { return nil }
      return Finding(
        .error,
        at: path,
        "\(Finding.place(path)) is null",
        trouble: "headsets fail on the whole \(.house)",
        advice: "give it a value, or take the field out"
      )
    }
  )
}

/// Finds integers where headsets read floats, and makes floats of them.
struct FloatWalk {
  /// Groups in which a headset refuses the whole value for one odd number.
  static let strictGroups: Set<String> = ["avatar.", "interaction.", "user-origin."]
  private static let vectors: Set<String> = ["color", "position", "rotation"]
  /// Keys whose number must be a float.
  private static let suggested: Set<String> = [
    "suggested.interaction.scale", "suggested.interaction.range", "suggested.passthrough",
  ]

  /// The numbers and lists that hold an integer, as far as it is exactly a float.
  private(set) var places: [ValuePath] = []
  /// The value with floats in their place.
  private(set) var result: StateValue

  init(_ entry: InspectedEntry) {
    result = entry.value
    if Self.suggested.contains(entry.key) {
      result = floated(entry.value, [], isFloat: true)
    } else if Self.strictGroups.contains(entry.group) {
      result = floated(entry.value, [], isFloat: false)
    } else if let selection = Selection(entry) {
      for renderer in selection.renderers {
        let new = floated(renderer.value, renderer.path, isFloat: true)
        result = result.replacing(renderer.path, with: new) ?? result
      }
    }
  }

  private mutating func floated(
    _ value: StateValue,
    _ path: ValuePath,
    isFloat: Bool
  ) -> StateValue {
    guard path.steps.count < EntryInspector.deepest else { return value }
    switch value {
    case .int(let number):
      guard isFloat || number < 0, let float = Double(exactly: number) else { return value }
      note(path)
      return .double(float)
    case .array(let elements):
      return .array(
        elements.enumerated().map { index, element in
          floated(element, path.appending(.element(index)), isFloat: isFloat)
        }
      )
    case .object(var object):
      // Atoms are whole numbers.
      for field in object where field.key != "particles" {
        let isFloat = isFloat || Self.vectors.contains(field.key)
        object[field.key] = floated(
          field.value,
          path.appending(.field(field.key)),
          isFloat: isFloat
        )
      }
      return .object(object)
    default: return value
    }
  }

  /// Notes a place; the numbers of one list are one.
  private mutating func note(_ path: ValuePath) {
    var path = path
    if case .element? = path.steps.last { path.steps.removeLast() }
    if places.last != path { places.append(path) }
  }
}

/// Finds numbers that are not finite where only finite ones make sense.
struct FiniteWalk {
  static let groups: Set<String> = [
    "selection.", "avatar.", "interaction.", "user-origin.", "cursor.", "playarea.", "transform.",
    "object.", "suggested.", "camera.",
  ]
  /// No more than so many are told.
  private static let most = 3

  private(set) var found: [(ValuePath, Double)] = []

  mutating func visit(_ value: StateValue, _ path: ValuePath) {
    guard found.count < Self.most, path.steps.count < EntryInspector.deepest else { return }
    switch value {
    case .double(let number) where !number.isFinite: found.append((path, number))
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        // Most of a list is plain numbers, for which no path need be made.
        switch element {
        case .double(let number) where number.isFinite: continue
        case .int: continue
        default: visit(element, path.appending(.element(index)))
        }
      }
    case .object(let object):
      for field in object {
        // A force without a limit is what headsets send; NaN is not.
        if field.key == "max_force", field.value == .double(.infinity) { continue }
        visit(field.value, path.appending(.field(field.key)))
      }
    default: break
    }
  }
}

enum Nulls {
  /// Where the first null inside a value is.
  static func first(in value: StateValue, _ path: ValuePath) -> ValuePath? {
    guard path.steps.count < EntryInspector.deepest else { return nil }
    switch value {
    case .null: return path
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        switch element {
        case .null, .array, .object:
          if let found = first(in: element, path.appending(.element(index))) { return found }
        default: continue
        }
      }
      return nil
    case .object(let object):
      for field in object {
        if let found = first(in: field.value, path.appending(.field(field.key))) { return found }
      }
      return nil
    default: return nil
    }
  }
}
