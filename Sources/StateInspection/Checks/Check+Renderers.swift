import SharedState
import Wording

/// What draws atoms, and in which colours.
extension Check {
  static let renderers: [Check] = [unknownRenderer, unsafeRenderer, colours]

  private static let unknownRenderer = Check(
    "renderer-unknown",
    fact: "a preset or render name that a headset does not know becomes ball and stick, silently",
    find: { entry in
      Renderer.all(in: entry).compactMap { renderer in
        guard let name = renderer.name, !renderer.isKnown else { return nil }
        return Finding(
          .warning,
          at: renderer.path,
          "no renderer is called \(Finding.quoted(name))",
          trouble: "headsets draw ball and stick instead, and say nothing",
          advice: "choose one of the presets, such as liquorice"
        )
      }
    }
  )

  private static let unsafeRenderer = Check(
    "renderer-unsafe",
    fact: "standalone headsets fail on spline, geometric spline and cartoon (NanoVer issue 192)",
    find: { entry in
      Renderer.all(in: entry).compactMap { renderer in
        guard let name = renderer.name, RendererNames.unsafe.contains(name.lowercased()) else {
          return nil
        }
        return Finding(
          .warning,
          at: renderer.path,
          "\(Finding.quoted(name)) fails on standalone headsets",
          trouble: "people without a computer at their headset do not see it",
          advice: "liquorice, hyperballs and ball and stick work everywhere"
        )
      }
    }
  )

  private static let colours = Check(
    "colour",
    fact: "a colour is 3 or 4 floats from 0 to 1, six hex digits, or a name",
    find: { entry in
      Colours.all(in: entry).compactMap { path, value in
        guard let (what, advice) = Colours.fault(of: value) else { return nil }
        return Finding(
          .warning,
          at: path,
          "\(Finding.place(path)) \(what)",
          trouble: "headsets ignore such a colour, or draw it white",
          advice: advice
        )
      }
    }
  )
}

struct Renderer {
  let path: ValuePath
  let name: String?
  private let isPreset: Bool
  private let isNanoVer: Bool

  /// The renderers of an entry, whichever generation wrote it.
  static func all(in entry: InspectedEntry) -> [Renderer] {
    if let selection = Selection(entry) {
      return selection.renderers.map { Renderer($0.path, $0.value, isNanoVer: true) }
    }
    guard Links.visualisers.contains(entry.group) else { return [] }
    return ["renderer", "visualiser"].compactMap { field in
      entry.object?[field].map { Renderer([.field(field)], $0, isNanoVer: false) }
    }
  }

  private init(_ path: ValuePath, _ value: StateValue, isNanoVer: Bool) {
    self.isNanoVer = isNanoVer
    isPreset = value.string != nil
    let render = value["render"]
    name = value.string ?? render?.string ?? render?["type"]?.string
    self.path = isPreset || render == nil ? path : path.appending("render")
  }

  var isKnown: Bool {
    guard let name = name?.lowercased() else { return true }
    if !isNanoVer { return RendererNames.narupatools.contains(name) }
    return (isPreset ? RendererNames.presets : RendererNames.renders).contains(name)
  }
}

enum Colours {
  /// Every place in an entry where a client looks for a colour.
  static func all(in entry: InspectedEntry) -> [(ValuePath, StateValue)] {
    switch entry.group {
    case "avatar.", "object.":
      var found = entry.object?["color"].map { [(ValuePath(["color"]), $0)] } ?? []
      for (index, colour) in (entry.object?["colors"]?.array ?? []).enumerated() {
        found.append((["colors", .element(index)], colour))
      }
      return found
    case "selection.":
      var found: [(ValuePath, StateValue)] = []
      for renderer in Selection(entry)?.renderers ?? [] {
        collect(renderer.value, renderer.path, isColour: false, depth: 0, into: &found)
      }
      return found
    default: return []
    }
  }

  private static func collect(
    _ value: StateValue,
    _ path: ValuePath,
    isColour: Bool,
    depth: Int,
    into found: inout [(ValuePath, StateValue)]
  ) {
    guard depth < EntryInspector.deepest else { return }
    switch value {
    case .object(let object):
      for field in object {
        let names = field.key.hasSuffix("color") || field.key == "gradient" || isColour
        let step = path.appending(.field(field.key))
        collect(field.value, step, isColour: names, depth: depth + 1, into: &found)
      }
    case .array(let elements) where isColour:
      if elements.contains(where: { $0.array != nil || $0.string != nil }) {
        for (index, element) in elements.enumerated() {
          let step = path.appending(.element(index))
          collect(element, step, isColour: true, depth: depth + 1, into: &found)
        }
      } else {
        found.append((path, value))
      }
    case .string(let text) where isColour && (text.hasPrefix("#") || text.hasPrefix("0x")):
      found.append((path, value))
    default: break
    }
  }

  /// What is wrong with a colour and what it should be; `nil` if nothing is.
  static func fault(of colour: StateValue) -> (what: String, advice: String)? {
    switch colour {
    case .array(let parts):
      let numbers = parts.compactMap(\.double)
      guard numbers.count == parts.count, (3...4).contains(parts.count) else {
        return ("has \(Phrases.count(parts.count, "part"))", "give 3 or 4 numbers from 0 to 1")
      }
      guard let odd = numbers.first(where: { !(0...1).contains($0) }) else { return nil }
      let number = Phrases.decimal(odd, digits: 3)
      return ("has a part of \(number)", "parts run from 0 to 1; those of 255 are to be divided")
    case .string(let text) where text.hasPrefix("#") || text.hasPrefix("0x"):
      let digits = text.dropFirst(text.hasPrefix("#") ? 1 : 2)
      let isRight = digits.count == 6 && digits.allSatisfy(\.isHexDigit)
      return isRight ? nil : ("is \(Finding.quoted(text))", "six hex digits make a colour")
    default: return nil
    }
  }
}
