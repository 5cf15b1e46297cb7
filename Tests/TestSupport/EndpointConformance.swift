public import SharedState
import Testing

/// What every endpoint promises to the views that stand on it, as checks that run against any of them.
///
/// ```swift
/// @Test("It keeps every promise of an endpoint", arguments: EndpointConformance.Check.allCases)
/// func conforms(to check: EndpointConformance.Check) async throws {
///   try await EndpointConformance { LocalStateEndpoint() }.run(check)
/// }
/// ```
public struct EndpointConformance: Sendable {
  /// One promise.
  public enum Check: String, CaseIterable, Sendable {
    case aWriteIsSeenWhenItReturns
    case anEditThatThrowsWritesNothing
    case anEmptyChangeWritesNothing
    case anEditMayReadTheState
    case noWriteComesInBetween
    case aSnapshotStaysAsItIs
    case everyValueComesBack
    case spellingsAreKeptApart
    case eventsJoinOnToEachOther
    case aSlowReaderGetsOneBatch
    case everyReaderHearsOfEverything
    case aCancelledReaderStops
    case theTutorialRuns
  }

  private struct Refusal: Error {}

  private let makeEndpoint: @Sendable () async throws -> any SharedStateEndpoint

  /// Makes the suite for a kind of endpoint; each check asks for a fresh one that is ready to be written.
  public init(_ makeEndpoint: @escaping @Sendable () async throws -> any SharedStateEndpoint) {
    self.makeEndpoint = makeEndpoint
  }

  /// Runs one check.
  public func run(_ check: Check) async throws {
    let endpoint = try await makeEndpoint()
    switch check {
    case .aWriteIsSeenWhenItReturns: try await aWriteIsSeenWhenItReturns(endpoint)
    case .anEditThatThrowsWritesNothing: try await anEditThatThrowsWritesNothing(endpoint)
    case .anEmptyChangeWritesNothing: try await anEmptyChangeWritesNothing(endpoint)
    case .anEditMayReadTheState: try await anEditMayReadTheState(endpoint)
    case .noWriteComesInBetween: try await noWriteComesInBetween(endpoint)
    case .aSnapshotStaysAsItIs: try await aSnapshotStaysAsItIs(endpoint)
    case .everyValueComesBack: try await everyValueComesBack(endpoint)
    case .spellingsAreKeptApart: try await spellingsAreKeptApart(endpoint)
    case .eventsJoinOnToEachOther: try await eventsJoinOnToEachOther(endpoint)
    case .aSlowReaderGetsOneBatch: try await aSlowReaderGetsOneBatch(endpoint)
    case .everyReaderHearsOfEverything: try await everyReaderHearsOfEverything(endpoint)
    case .aCancelledReaderStops: try await aCancelledReaderStops(endpoint)
    case .theTutorialRuns: try await theTutorialRuns(endpoint)
    }
  }
}

// Writing.
extension EndpointConformance {
  private func aWriteIsSeenWhenItReturns(_ endpoint: any SharedStateEndpoint) async throws {
    try await endpoint.write { _ in StateChange(updates: ["conformance.a": 1, "conformance.b": 2]) }
    #expect(endpoint.state["conformance.a"] == 1)
    try await endpoint.write { freshest in
      #expect(freshest["conformance.b"] == 2)
      return StateChange(updates: ["conformance.b": 3], removals: ["conformance.a"])
    }
    #expect(endpoint.state["conformance.a"] == nil)
    #expect(endpoint.state["conformance.b"] == 3)
  }

  private func anEditThatThrowsWritesNothing(_ endpoint: any SharedStateEndpoint) async throws {
    try await endpoint.write { _ in StateChange(updates: ["conformance.a": 1]) }
    let before = endpoint.state
    await #expect(throws: Refusal.self) { try await endpoint.write { _ in throw Refusal() } }
    #expect(endpoint.state["conformance.a"] == before["conformance.a"])
    try await endpoint.write { _ in StateChange(updates: ["conformance.a": 2]) }
    #expect(endpoint.state["conformance.a"] == 2, "It works on afterwards")
  }

  private func anEmptyChangeWritesNothing(_ endpoint: any SharedStateEndpoint) async throws {
    let keys = Set(endpoint.state.keys)
    try await endpoint.write { _ in StateChange() }
    #expect(Set(endpoint.state.keys) == keys)
  }

  private func anEditMayReadTheState(_ endpoint: any SharedStateEndpoint) async throws {
    try await endpoint.write { _ in StateChange(updates: ["conformance.a": 1]) }
    try await endpoint.write { freshest in
      #expect(endpoint.state["conformance.a"] == freshest["conformance.a"])
      return StateChange(updates: ["conformance.a": 2])
    }
    #expect(endpoint.state["conformance.a"] == 2)
  }

  private func noWriteComesInBetween(_ endpoint: any SharedStateEndpoint) async throws {
    let reference = SharedStateView(endpoint)["conformance.counter", as: Int.self]
    try await reference.set(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<25 {
            try await reference.modify { count in
              let seen = count
              // Long enough for another thread to come in between, if it were let in.
              for _ in 0..<20 { _ = endpoint.state.keys(withPrefix: "conformance.") }
              count = seen + 1
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try reference.snapshot() == 200)
  }

  private func aSnapshotStaysAsItIs(_ endpoint: any SharedStateEndpoint) async throws {
    try await endpoint.write { _ in StateChange(updates: ["conformance.a": 1]) }
    let visit = endpoint.state
    try await endpoint.write { _ in StateChange(removals: ["conformance.a"]) }
    #expect(visit["conformance.a"] == 1)
  }

  private func everyValueComesBack(_ endpoint: any SharedStateEndpoint) async throws {
    let values: [StateValue] = [
      nil, true, 0, .int(.max), .int(.min), 1.0, .double(.infinity), .double(.nan), "", "é😀\u{0}",
      [], [:], ["a": [1, 1.0, nil, ["b": []]]],
    ]
    for (place, value) in values.enumerated() {
      try await endpoint.write { _ in StateChange(updates: ["conformance.\(place)": value]) }
      #expect(endpoint.state["conformance.\(place)"] == value)
    }
  }

  private func spellingsAreKeptApart(_ endpoint: any SharedStateEndpoint) async throws {
    var change = StateChange()
    change.update("conformance.é", to: 1)
    change.update("conformance.e\u{301}", to: 2)
    try await endpoint.write { [change] _ in change }
    try await endpoint.write { _ in StateChange(removals: ["conformance.é"]) }
    #expect(endpoint.state["conformance.é"] == nil)
    #expect(endpoint.state["conformance.e\u{301}"] == 2)
  }
}

// Events.
extension EndpointConformance {
  private func eventsJoinOnToEachOther(_ endpoint: any SharedStateEndpoint) async throws {
    let batches = endpoint.events()
    let start = endpoint.state
    let reader = Task {
      var copy = start
      for await batch in batches {
        for key in batch.change.keys { #expect(batch.old(key) == copy.entry(for: key)) }
        copy.apply(batch)
        if copy["conformance.end"] != nil { break }
      }
      return copy
    }
    for step in 0..<40 {
      try await endpoint.write { _ in
        StateChange(updates: ["conformance.step": .int(Int64(step))])
      }
    }
    try await endpoint.write { _ in StateChange(updates: ["conformance.end": true]) }
    #expect(await reader.value["conformance.step"] == 39)
  }

  private func aSlowReaderGetsOneBatch(_ endpoint: any SharedStateEndpoint) async throws {
    let batches = endpoint.events()
    for step in 0..<20 {
      try await endpoint.write { _ in
        StateChange(
          updates: ["conformance.step": .int(Int64(step))],
          removals: ["conformance.nobody"]
        )
      }
    }
    for await batch in batches {
      #expect(batch.old("conformance.step") == nil)
      #expect(batch.change.updates["conformance.step"]?.value == 19)
      break
    }
  }

  private func everyReaderHearsOfEverything(_ endpoint: any SharedStateEndpoint) async throws {
    let state = SharedStateView(endpoint)
    let readers = (0..<3).map { _ in
      let changes = state.changes(under: "conformance.a")
      return Task { await changes.first { _ in true } }
    }
    try await state.set("conformance.b", to: 1)
    try await state.set("conformance.a", to: ["x": 1])
    for reader in readers {
      let event = try #require(await reader.value)
      #expect(event.kind == .added)
      #expect(event.key == "conformance.a")
      #expect(event.old == nil)
      #expect(event.new == ["x": 1])
    }
  }

  private func aCancelledReaderStops(_ endpoint: any SharedStateEndpoint) async throws {
    let batches = endpoint.events()
    let reader = Task {
      for await batch in batches where batch.change.touches("conformance.never") {
        return false
      }
      return Task.isCancelled
    }
    try await endpoint.write { _ in StateChange(updates: ["conformance.a": 1]) }
    reader.cancel()
    #expect(await reader.value)
    try await endpoint.write { _ in StateChange(updates: ["conformance.a": 2]) }
  }
}

// The views on top.
extension EndpointConformance {
  private func theTutorialRuns(_ endpoint: any SharedStateEndpoint) async throws {
    let state = SharedStateView(endpoint)
    try await state.visualisations.add(
      ParticleVisualiser(displayName: "Base", visualiser: "liquorice", layer: 0, priority: 0)
    )
    let selection = try await state.selections.set(
      "hyperballs",
      fields: ["display_name": "Selection", "particle_ids": [44, 45, 46, 47]]
    )
    let drawn = try await state.visualisations.add(
      ParticleVisualiser(
        displayName: "Selection",
        selection: selection.key,
        visualiser: "hyperballs",
        layer: 0,
        priority: 1
      )
    )
    try await state.selections.update("hyperballs", ["particle_ids": [43, 44, 45]])
    #expect(try selection.snapshot().particleIDs == [43, 44, 45])
    #expect(try selection.snapshot().displayName == "Selection")
    try await selection.modify { $0.displayName = "Three" }
    #expect(try selection.snapshot().displayName == "Three")
    try await drawn.remove()
    #expect(!drawn.hasValue)
    #expect(state.visualisations.count == 1)
    try await state.visualisations.clear()
    #expect(state.visualisations.isEmpty)
    try await state.visualisations.clear()
    #expect(state.selections.keys == ["selection.hyperballs"])
    await #expect(throws: SharedStateError.keyNotFound(key: drawn.key)) {
      try await drawn.remove()
    }
  }
}
