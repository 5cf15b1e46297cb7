import SharedState
import StateInspection
import Testing
import TextScreen

@testable import Dashboard

/// What fields are for, how they are written, and that nothing changes its kind on the way.
@Suite("Typed fields")
struct FieldKindTests {
  private static let renderer: ValuePath = ["properties", "nanover.rendering.renderer"]

  @Test("A field's street, place and value tell what it is for")
  func kinds() {
    func kind(_ path: ValuePath, _ street: String, _ value: StateValue?) -> FieldKind {
      FieldKind(path, in: street, holding: value)
    }
    #expect(kind(["selected", "particle_ids"], "selection.", [1, 2]) == .atoms)
    #expect(kind(["particle_ids"], "selection.", .null) == .atoms)
    #expect(kind(["particles"], "interaction.", [60]) == .atoms)
    #expect(kind(["particle_ids"], "selection.", ["H"]) == .raw, "no atoms that are not numbers")
    #expect(kind(["particle_ids"], "selection.", [1.0]) == .raw, "no float becomes an int unseen")
    #expect(kind(["selection"], "visualiser.", "selection.a") == .text)
    #expect(kind(["selection"], "visualiser.", [1, 2]) == .atoms)
    #expect(kind(Self.renderer, "selection.", "spline") == .choice(.renderer(isOlder: false)))
    #expect(kind(["renderer"], "visualiser.", ["render": "x"]) == .choice(.renderer(isOlder: true)))
    #expect(kind(["renderer"], "other.", "spline") == .text)
    #expect(
      kind(["visualiser", "color"], "visualisation.", "red") == .colour(.text, isRendered: true)
    )
    #expect(
      kind(["color"], "avatar.", [1.0, 0, 0, 1]) == .colour(.numbers(count: 4), isRendered: false)
    )
    let type = Self.renderer.appending(.field("color")).appending(.field("type"))
    #expect(kind(type, "selection.", "cpk") == .choice(.names(RendererCatalogue.colourTypes)))
    #expect(
      kind(["interaction_type"], "interaction.", "spring")
        == .choice(.names(RendererCatalogue.interactionTypes))
    )
    #expect(kind(["hide"], "visualiser.", false) == .flag)
    #expect(kind(["layer"], "visualiser.", 1) == .whole)
    #expect(kind(["scale"], "interaction.", 1.0) == .measure)
  }

  @Test("Each kind writes its values so that they are read back as they were", arguments: 0..<2)
  func roundTrip(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    for _ in 0..<2000 {
      let (kind, value) = Self.sample(&generator)
      let text = kind.text(of: value)
      let back = try? kind.read(text).get()
      #expect(back == value, "\(kind): \(text)")
      guard let back else { return }
      #expect(kind.text(of: back) == text, "\(kind): \(text)")
    }
  }

  private static func sample(_ generator: inout SplitMix) -> (FieldKind, StateValue) {
    func part() -> Double { Double(Int.random(in: 0...1000, using: &generator)) / 1000 }
    switch Int.random(in: 0..<9, using: &generator) {
    case 0:
      let atoms = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        StateValue.int(Int64.random(in: 0...30, using: &generator))
      }
      return (.atoms, .array(atoms))
    case 1: return (.atoms, .null)
    case 2:
      let count = Int.random(in: 3...4, using: &generator)
      return (
        .colour(.numbers(count: count), isRendered: false),
        .array((0..<count).map { _ in .double(part()) })
      )
    case 3:
      let name = ColourNames.names.randomElement(using: &generator) ?? ""
      return (
        .colour(.text, isRendered: true), .string(Bool.random(using: &generator) ? name : "#0a0B0c")
      )
    case 4: return (.flag, .bool(.random(using: &generator)))
    case 5: return (.whole, .int(.random(in: -5...5, using: &generator)))
    case 6: return (.measure, .double(Double.random(in: -10...10, using: &generator).rounded()))
    case 7:
      return (
        .text,
        .string(
          ["a b", "true", "1", "\"", "null", "", "é{}"].randomElement(using: &generator) ?? ""
        )
      )
    default:
      let map = RendererCatalogue.maps.randomElement(using: &generator)
      return (.choice(.renderer(isOlder: true)), map?.value(inPlaceOf: nil) ?? .null)
    }
  }

  @Test("A colour is put back in the notation that the field had, whatever it was typed in")
  func colours() {
    func read(_ text: String, _ notation: Colour.Notation) -> StateValue? {
      try? FieldKind.colour(notation, isRendered: false).read(text).get()
    }
    #expect(read("red", .text) == "red")
    #expect(read("#ff8000", .text) == "#ff8000")
    #expect(read("1, 0.5, 0", .text) == "#ff8000")
    #expect(read("red", .numbers(count: 3)) == [1.0, 0.0, 0.0])
    #expect(read("#0080ff", .numbers(count: 4)) == [0.0, 0.502, 1.0, 1.0])
    #expect(
      read("1 0 0", .numbers(count: 3)) == [1.0, 0.0, 0.0],
      "all floats, typed with a point or not"
    )
    #expect(read("[1, 0, 0.25, 1]", .numbers(count: 4)) == [1.0, 0.0, 0.25, 1.0])
    #expect(read("255, 102, 0", .numbers(count: 3)) == nil)
    #expect(read("reddish", .text) == nil)
    #expect(read("#12345", .text) == nil)
    #expect(ColourNames.names.count == 147)
    #expect(Colour("red")?.terminalIndex == 196)
    #expect(Colour("gray")?.terminalIndex == 244)
    #expect(Colour("DarkOrange")?.words == "darkorange")
    #expect(Colour([1, 0, 0])?.words == "red")
  }

  @Test("Atoms are typed as ranges; all is null, none is empty, and what is too much is refused")
  func atoms() {
    func read(_ text: String) -> StateValue? { try? AtomText.read(text).get() }
    #expect(read("43-45, 60") == [43, 44, 45, 60])
    #expect(read(" all ") == .null)
    #expect(read("none") == [])
    #expect(read("[1, 2]") == [1, 2])
    #expect(AtomText.text(of: [43, 44, 45, 60, 7]) == "43-45, 60, 7")
    #expect(AtomText.text(of: [.max]) == "9223372036854775807")
    for bad in ["", "x", "1-", "5-3", "-1", "1,,2", "1.5", "0-9223372036854775807", "0-999999,0-9"]
    {
      #expect(read(bad) == nil, "\(bad)")
    }
  }

  @Test("A float stays a float and an int an int, and text needs no quotes where it is plain")
  func kept() {
    #expect((try? FieldKind.measure.read("1").get()) == 1.0)
    #expect((try? FieldKind.whole.read("1").get()) == 1)
    #expect((try? FieldKind.raw.read("1").get()) == 1)
    #expect((try? FieldKind.text.read("Helix A").get()) == "Helix A")
    #expect((try? FieldKind.text.read("true").get()) == true, "what JSON knows is what JSON says")
    #expect((try? FieldKind.text.read("\"a").get()) == nil)
    #expect(
      (try? FieldKind.choice(.renderer(isOlder: false)).read("ball and stick").get())
        == "ball and stick"
    )
  }

  @Test("A colour typed whole is chosen before those whose names end with it")
  func wholeName() {
    var scene = Scene()
    scene.join(["a.b": 1])
    scene.model.choose(
      from: FieldForm.List(
        kind: .colour(.text, isRendered: false),
        name: "color",
        holding: .string("red")
      )
    )
    scene.type("/steelblue")
    #expect(scene.model.chooser?.current?.name == "steelblue")
    #expect(scene.model.chooser?.shown.count == 2)
  }
}
