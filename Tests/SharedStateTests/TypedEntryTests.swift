import SharedState
import Testing

@Suite("ParticleSelection")
struct ParticleSelectionTests {
  private func read(_ text: String) throws -> ParticleSelection {
    try ParticleSelection(stateValue: StateValue(text: text))
  }

  @Test(
    "Every layout is read, and written as it was",
    arguments: [
      (#"{"display_name":"P","particle_ids":[2,0],"mine":{"x":null}}"#, .scivana),
      (
        #"{"id":"selection.p","name":"P","selected":{"particle_ids":[2,0],"note":1},"#
          + #""properties":{"nanover.rendering.hide":false,"other":2}}"#, .nanover
      ),
      (
        #"{"id":"selection.p","name":"P","selected":{"particle_ids":[2,0]},"#
          + #""properties":{"narupa.interaction.method":"group"}}"#, .narupa
      ),
      (#"{"name":"P","selected":[2,0]}"#, .nanover),
      (#"{"name":"P","selected":{"particle_ids":[2.0,0.0]}}"#, .nanover),
    ] as [(String, ParticleSelection.Layout)]
  )
  func layouts(text: String, layout: ParticleSelection.Layout) throws {
    let selection = try read(text)
    #expect(selection.layout == layout)
    #expect(selection.displayName == "P")
    #expect(selection.particleIDs == [2, 0])
    #expect(selection.stateValue.text == text)
  }

  @Test("Fields are changed where the layout keeps them, in place")
  func changing() throws {
    var nanover = try read(
      #"{"id":"s","name":"P","selected":{"particle_ids":[1],"n":0},"properties":{},"mine":1}"#
    )
    nanover.displayName = "Q"
    nanover.particleIDs = [3]
    nanover.isHidden = true
    nanover.renderer = "liquorice"
    #expect(
      nanover.stateValue.text
        == #"{"id":"s","name":"Q","selected":{"particle_ids":[3],"n":0},"#
        + #""properties":{"nanover.rendering.hide":true,"#
        + #""nanover.rendering.renderer":"liquorice"},"mine":1}"#
    )

    var narupa = try read(#"{"name":"P","properties":{"narupa.rendering.hide":true}}"#)
    narupa.interactionMethod = "group"
    narupa.resetsVelocities = true
    narupa.isHidden = nil
    #expect(
      narupa.stateValue.text
        == #"{"name":"P","properties":{"narupa.interaction.method":"group","#
        + #""narupa.interaction.velocity_reset":true}}"#
    )
    #expect(narupa.interactionMethod == "group")
    #expect(narupa.resetsVelocities == true)

    var plain = try read(#"{"display_name":"P","particle_ids":[1]}"#)
    plain.displayName = nil
    plain.particleIDs = [3]
    #expect(plain.stateValue.text == #"{"particle_ids":[3]}"#)
  }

  @Test("All particles and no particles are opposites, and stay so")
  func allAndNone() throws {
    #expect(try read(#"{"name":"P","selected":{"particle_ids":null}}"#).particleIDs == nil)
    #expect(try read(#"{"name":"P","selected":{}}"#).particleIDs == nil)
    #expect(try read(#"{"name":"P","selected":null}"#).particleIDs == nil)
    #expect(try read(#"{"name":"P"}"#).particleIDs == nil)
    #expect(try read(#"{"name":"P","selected":{"particle_ids":[]}}"#).particleIDs == [])
    #expect(try read(#"{"particle_ids":[]}"#).particleIDs == [])
    #expect(try read("{}").particleIDs == nil)
    var selection = try read(#"{"name":"P","selected":{"particle_ids":[1]}}"#)
    selection.particleIDs = nil
    #expect(selection.stateValue.text == #"{"name":"P","selected":{"particle_ids":null}}"#)
    selection.particleIDs = []
    #expect(selection.stateValue.text == #"{"name":"P","selected":{"particle_ids":[]}}"#)
    var bare = try read(#"{"name":"P","selected":[1]}"#)
    bare.particleIDs = [2]
    #expect(bare.stateValue.text == #"{"name":"P","selected":{"particle_ids":[2]}}"#)
  }

  @Test("An update in the words of one family is understood by the other")
  func updates() throws {
    var nanover = try read(#"{"name":"P","selected":{"particle_ids":[1]},"properties":{}}"#)
    try nanover.setField("particle_ids", to: [5])
    try nanover.setField("display_name", to: "Q")
    try nanover.setField("narupa.rendering.hide", to: true)
    try nanover.setField("mine", to: 1)
    #expect(
      nanover.stateValue.text
        == #"{"name":"Q","selected":{"particle_ids":[5]},"#
        + #""properties":{"nanover.rendering.hide":true},"mine":1}"#
    )
    var plain = ParticleSelection()
    try plain.setField("particle_ids", to: [5])
    try plain.setField("display_name", to: "P")
    try plain.setField("nanover.rendering.hide", to: true)
    #expect(
      plain.stateValue.text
        == #"{"particle_ids":[5],"display_name":"P","properties":{"nanover.rendering.hide":true}}"#
    )
    #expect(plain.isHidden == true)
  }

  @Test("A selection is made in either layout")
  func making() {
    #expect(ParticleSelection().stateValue == [:])
    #expect(
      ParticleSelection(displayName: "P", particleIDs: []).stateValue
        == ["display_name": "P", "particle_ids": []]
    )
    let nanover = ParticleSelection(id: "selection.p", name: "P", particleIDs: nil)
    #expect(
      nanover.stateValue
        == [
          "id": "selection.p", "name": "P", "selected": ["particle_ids": nil], "properties": [:],
        ]
    )
    #expect(nanover.layout == .nanover)
    let narupa = ParticleSelection(id: "s", name: "P", particleIDs: [1], layout: .narupa)
    #expect(narupa.layout == .narupa)
    #expect(narupa.particleIDs == [1])
    let plain = ParticleSelection(id: "s", name: "P", particleIDs: [1], layout: .scivana)
    #expect(plain.layout == .scivana)
    #expect(plain.displayName == "P")
  }

  @Test(
    "What is no selection is refused, and the field is named",
    arguments: [
      ("7", "expected a dictionary, found an int"),
      ("null", "expected a dictionary, found null"),
      (#"{"particle_ids":7}"#, "particle_ids: expected a list of whole numbers, found an int"),
      (
        #"{"particle_ids":[1,"x"]}"#,
        "particle_ids: expected a list of whole numbers, found a list"
      ),
      (
        #"{"particle_ids":[1.5]}"#, "particle_ids: expected a list of whole numbers, found a list"
      ),
      (#"{"display_name":true}"#, "display_name: expected text, found a bool"),
      (
        #"{"selected":7}"#, "selected: expected a dictionary with particle_ids, found an int"
      ),
      (
        #"{"selected":["a"]}"#, "selected: expected a dictionary with particle_ids, found a list"
      ),
      (
        #"{"selected":{"particle_ids":{}}}"#,
        "selected → particle_ids: expected a list of whole numbers, found a dictionary"
      ),
      (#"{"properties":[]}"#, "properties: expected a dictionary, found a list"),
      (
        #"{"properties":{"nanover.rendering.hide":"yes"}}"#,
        "properties → nanover.rendering.hide: expected true or false, found a string"
      ),
      (
        #"{"properties":{"narupa.rendering.renderer":[]}}"#,
        "properties → narupa.rendering.renderer: expected text or a dictionary, found a list"
      ),
    ]
  )
  func refused(text: String, reason: String) throws {
    let error = #expect(throws: SharedStateEntryError.self) { try read(text) }
    #expect(error?.description == reason)
  }
}

@Suite("ParticleVisualiser")
struct ParticleVisualiserTests {
  @Test("It says what it was told, and no more")
  func making() {
    #expect(ParticleVisualiser().stateValue == [:])
    let value = ParticleVisualiser(
      displayName: "Base",
      selection: "selection.a",
      visualiser: "liquorice",
      layer: 0,
      priority: 1
    ).stateValue
    #expect(
      value.text
        == #"{"display_name":"Base","selection":"selection.a","visualiser":"liquorice","layer":0,"priority":1.0}"#
    )
  }

  @Test("The way of drawing is read from either field and written to the one that was there")
  func generations() throws {
    for field in ["visualiser", "renderer"] {
      let value = StateValue.object(
        StateObject([("mine", 1), (field, "cartoon")] as [(String, StateValue)])
      )
      var visualiser = try ParticleVisualiser(stateValue: value)
      #expect(visualiser.visualiser == "cartoon")
      visualiser.visualiser = ["render": "spline"]
      #expect(visualiser.stateValue[field] == ["render": "spline"])
      try visualiser.setField("visualiser", to: "a")
      #expect(visualiser.stateValue[field] == "a")
      try visualiser.setField("renderer", to: "b")
      #expect(visualiser.stateValue[field] == "b")
      #expect(visualiser.fields.keys == ["mine", field])
      visualiser.visualiser = nil
      #expect(visualiser.fields.keys == ["mine"])
    }
  }

  @Test("What is drawn is a selection, a list of particles, or everything")
  func particles() throws {
    var visualiser = ParticleVisualiser()
    #expect(visualiser.particles == nil)
    visualiser.particles = .list([1, 2])
    #expect(visualiser.stateValue == ["selection": [1, 2]])
    #expect(visualiser.particles == .list([1, 2]))
    visualiser.particles = .selection(key: "selection.a")
    #expect(visualiser.particles == .selection(key: "selection.a"))
    visualiser.particles = nil
    #expect(visualiser.stateValue == [:])
  }

  @Test("Every other field is read and written under its name")
  func fields() throws {
    let text =
      #"{"display_name":"D","hide":true,"layer":2,"priority":0.5,"frame":{"a":1},"extend":false}"#
    let visualiser = try ParticleVisualiser(stateValue: StateValue(text: text))
    var copy = ParticleVisualiser()
    copy.displayName = visualiser.displayName
    copy.isHidden = visualiser.isHidden
    copy.layer = visualiser.layer
    copy.priority = visualiser.priority
    copy.frame = visualiser.frame
    copy.extendsFrame = visualiser.extendsFrame
    #expect(copy.stateValue.text == text)
  }

  @Test(
    "A field of the wrong kind is refused",
    arguments: [
      #"{"selection":{}}"#, #"{"selection":[0.5]}"#, #"{"visualiser":7}"#, #"{"hide":0}"#,
      #"{"layer":1.5}"#, #"{"priority":"high"}"#, #"{"frame":[]}"#, #"{"extend":"yes"}"#, "[]",
    ]
  )
  func refused(text: String) throws {
    let value = try StateValue(text: text)
    #expect(throws: SharedStateEntryError.self) { try ParticleVisualiser(stateValue: value) }
  }

  @Test("A visualiser is found on every street that it ever lived on")
  func streets() async throws {
    let state = SharedStateView(
      LocalStateEndpoint([
        "visualiser.a": ["visualiser": "a"], "visualisation.b": ["visualiser": "b"],
        "visualisers.c": ["renderer": "c"],
      ])
    )
    let found = state.allVisualisations.flatMap { $0.snapshot().values.map(\.visualiser) }
    #expect(found == ["a", "b", "c"])
  }
}

@Suite("MultiplayerAvatar and Interaction")
struct PeopleTests {
  @Test("An avatar as a headset writes it is read, and written back the same")
  func avatar() throws {
    let text =
      #"{"playerid":"U","name":"Ana","color":[255,102,0,1],"components":[{"name":"headset","#
      + #""position":[0.0,1.6,0.0],"rotation":[0.0,0.0,0.0,1.0],"mine":1}],"more":null}"#
    var avatar = try MultiplayerAvatar(stateValue: StateValue(text: text))
    #expect(avatar.playerID == "U")
    #expect(avatar.name == "Ana")
    #expect(avatar.color == [255, 102, 0, 1])
    #expect(avatar.components.count == 1)
    #expect(avatar.components.first?.name == "headset")
    #expect(avatar.components.first?.position == [0, 1.6, 0])
    #expect(avatar.components.first?.rotation == [0, 0, 0, 1])
    #expect(avatar.stateValue.text == text)
    let components = avatar.components
    avatar.components = components
    #expect(avatar.stateValue.text == text, "What a component does not know survives too")
    avatar.color = [1, 0.4, 0, 1]
    #expect(avatar.stateValue["color"]?.text == "[1.0,0.4,0.0,1.0]", "Floats only, for headsets")
  }

  @Test("An avatar that is made has all that a headset wants to see")
  func makingAvatar() {
    let avatar = MultiplayerAvatar(
      playerID: "U",
      name: "Ada",
      color: [1, 0, 0, 1],
      components: [.init(name: "hand.left", position: [0, 1, 0])]
    )
    #expect(
      avatar.stateValue.text
        == #"{"playerid":"U","name":"Ada","color":[1.0,0.0,0.0,1.0],"components":"#
        + #"[{"name":"hand.left","position":[0.0,1.0,0.0],"rotation":[0.0,0.0,0.0,1.0]}]}"#
    )
    var changed = avatar
    changed.playerID = "V"
    changed.name = nil
    var hand = MultiplayerAvatar.Component()
    hand.name = "hand.right"
    hand.position = [1, 1, 1]
    hand.rotation = [0, 0, 0, 1]
    changed.components = [hand]
    #expect(changed.fields.keys == ["playerid", "color", "components"])
    #expect(changed.components == [hand])
  }

  @Test(
    "What is no avatar is refused",
    arguments: [
      #"{"playerid":7}"#, #"{"color":"red"}"#, #"{"components":{}}"#, #"{"components":[1]}"#,
      #"{"components":[{"position":"here"}]}"#,
    ]
  )
  func refusedAvatar(text: String) throws {
    let value = try StateValue(text: text)
    #expect(throws: SharedStateEntryError.self) { try MultiplayerAvatar(stateValue: value) }
  }

  @Test("A grab as a headset writes it is read, infinite force and all")
  func interaction() throws {
    let text =
      #"{"position":[1.1,2.2,1.6],"particles":[60],"interaction_type":"spring","scale":100.0,"#
      + #""mass_weighted":true,"reset_velocities":false,"max_force":Infinity,"owner.id":"U","label":"hand.right"}"#
    let grab = try Interaction(stateValue: StateValue(text: text))
    var copy = Interaction()
    copy.position = grab.position
    copy.particles = grab.particles
    copy.kind = grab.kind
    copy.scale = grab.scale
    copy.isMassWeighted = grab.isMassWeighted
    copy.resetsVelocities = grab.resetsVelocities
    copy.maxForce = grab.maxForce
    copy.owner = grab.owner
    copy.label = grab.label
    #expect(copy.stateValue.text == text)
    #expect(copy == grab)
    #expect(try Interaction(stateValue: ["particles": [60.0]]).particles == [60])
    #expect(
      Interaction(position: [0, 0, 0], particles: [1], owner: "U").stateValue.text
        == #"{"position":[0.0,0.0,0.0],"particles":[1],"interaction_type":"gaussian","#
        + #""scale":1.0,"owner.id":"U"}"#
    )
    #expect(throws: SharedStateEntryError.self) {
      try Interaction(stateValue: ["particles": "60"])
    }
  }
}

@Suite("SharedStateRecord")
struct SharedStateRecordTests {
  struct Note: SharedStateRecord {
    static let shapes: [String: FieldShape] = [
      "text": .text, "count": .whole, "place": .numbers, "seen": .truth, "size": .number,
      "more": .dictionary, "list": .dictionaries, "look": .textOrDictionary, "of": .textOrWholes,
    ]
    var fields: StateObject = [:]
    var text: String? {
      get { fields["text"]?.string }
      set { fields["text"] = newValue?.stateValue }
    }
  }

  @Test("A type of one's own takes a few lines and keeps what it does not know")
  func ownType() async throws {
    let state = SharedStateView(LocalStateEndpoint(["note.a": ["other": 1, "text": "x"]]))
    let notes = state.collection("note.", of: Note.self)
    try await notes.modify("a") { $0.text = "y" }
    #expect(try state["note.a"].snapshot().text == #"{"other":1,"text":"y"}"#)
    try await notes.modify("a") { $0.fields["other"] = nil }
    #expect(try state["note.a"].snapshot().text == #"{"text":"y"}"#)
  }

  @Test("Null passes for every shape, and a wrong kind for none")
  func shapes() throws {
    for name in Note.shapes.keys {
      var note = Note()
      try note.setField(name, to: nil)
      #expect(throws: SharedStateEntryError.self) { try note.setField(name, to: .bytes([1])) }
      #expect(throws: SharedStateEntryError.self) { try note.setField(name, to: [["x"]]) }
      #expect(note.fields == StateObject([(name, .null)]))
    }
  }
}
