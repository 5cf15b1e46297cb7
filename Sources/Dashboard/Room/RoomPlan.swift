import SharedState
import StateInspection
import Trajectory

/// The room seen from above: where everybody is and looks, what they may walk on, and the box of the simulation.
///
/// Places are in metres, x to the right and z ahead, as the headsets have them; heights are left out.
struct RoomPlan: Sendable {
  typealias Place = SIMD2<Double>

  struct Person: Hashable, Sendable {
    let id: String
    let place: Place
    /// Where they look, clockwise from ahead in turns; `nil` for who looks straight up or down.
    let heading: Double?
    /// Whether it is the place that the server gave them, and not where they are.
    var isOrigin = false
  }

  struct Outline: Hashable, Sendable {
    let corners: [Place]
    /// Whether it is the box of the simulation.
    var isBox = false
  }

  /// So many of a kind are drawn.
  static let most = 100

  private(set) var people: [Person] = []
  private(set) var outlines: [Outline] = []

  /// Reads who and what there is.
  ///
  /// - Complexity: O(1): so many of each kind are read at the most.
  init(_ known: KnownState) {
    let frame = known.simulation.frame
    let keys = { (prefix: String) in
      (known.index.group(prefix)?.entries.elements ?? []).prefix(Self.most).map(\.key)
    }
    for (prefix, isOrigin) in [("user-origin.", true), (People.prefix, false)] {
      for key in keys(prefix) {
        guard let value = known.state.entry(for: key)?.glanced else { continue }
        let pose = isOrigin ? value : Self.head(of: value)
        guard let place = Self.floor(pose?["position"]) else { continue }
        people.append(
          Person(
            id: String(key.dropFirst(prefix.count)),
            place: place,
            heading: Self.heading(pose?["rotation"]),
            isOrigin: isOrigin
          )
        )
      }
    }
    for key in keys("playarea.") {
      guard let value = known.state.entry(for: key)?.glanced else { continue }
      let corners = ["A", "B", "C", "D"].compactMap { Self.floor(value[$0]) }
      if corners.count == 4 { outlines.append(Outline(corners: corners)) }
    }
    outlines += Self.box(known.state["scene"], frame)
  }

  private static func head(of avatar: StateValue) -> StateValue? {
    let components = avatar["components"]?.array ?? []
    return components.first { $0["name"] == "headset" } ?? components.first
  }

  /// The numbers of a list, if it has so many and all of them are finite.
  private static func numbers(_ value: StateValue?, _ count: Int) -> [Double]? {
    guard let list = value?.array, list.count == count else { return nil }
    let numbers = list.compactMap(\.double)
    // A place that is farther away than any room would leave nothing of all others.
    return numbers.count == count && numbers.allSatisfy { abs($0) < 1e4 } ? numbers : nil
  }

  private static func floor(_ value: StateValue?) -> Place? {
    numbers(value, 3).map { Place($0[0], $0[2]) }
  }

  /// Where a rotation turns what lies ahead, in turns.
  private static func heading(_ value: StateValue?) -> Double? {
    guard let q = numbers(value, 4) else { return nil }
    let ahead = turned([0, 0, 1], by: q)
    guard ahead.x * ahead.x + ahead.z * ahead.z > 1e-6 else { return nil }
    return direction(of: Place(ahead.x, ahead.z))
  }

  /// Where a step leads, clockwise from ahead in turns, told by its parts alone so that it needs no trigonometry.
  private static func direction(of step: Place) -> Double {
    // A turn by the sum of the parts is exact at each eighth, which is all that is drawn.
    let part = step.x / (abs(step.x) + abs(step.y))
    let quarter = step.y >= 0 ? part : 2 - part
    return (quarter < 0 ? quarter + 4 : quarter) / 4
  }

  /// A vector turned by a quaternion x, y, z, w.
  private static func turned(_ v: SIMD3<Double>, by q: [Double]) -> SIMD3<Double> {
    let (axis, w) = (SIMD3(q[0], q[1], q[2]), q[3])
    let t = 2 * cross(axis, v)
    return v + w * t + cross(axis, t)
  }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }

  /// The edges of the box that the simulation is in, as `scene` puts it into the room.
  private static func box(_ scene: StateValue?, _ frame: Frame) -> [Outline] {
    guard let pose = numbers(scene, 10),
      let vectors = (try? frame.vectors(.boxVectors)) ?? nil, vectors.count == 3
    else { return [] }
    let edges = vectors.map { vector in
      turned(SIMD3<Double>(vector) * SIMD3(pose[7], pose[8], pose[9]), by: Array(pose[3..<7]))
    }
    let start = SIMD3(pose[0], pose[1], pose[2])
    let corner = { (a: Double, b: Double, c: Double) -> Place? in
      let place = start + edges[0] * a + edges[1] * b + edges[2] * c
      return abs(place.x) < 1e4 && abs(place.z) < 1e4 ? Place(place.x, place.z) : nil
    }
    return [0.0, 1.0].compactMap { height in
      let corners = [
        corner(0, height, 0), corner(1, height, 0), corner(1, height, 1), corner(0, height, 1),
      ].compactMap(\.self)
      return corners.count == 4 ? Outline(corners: corners, isBox: true) : nil
    }
  }

  /// The smallest rectangle with sides along x and z that holds everything; `nil` if there is nothing.
  var bounds: (low: Place, high: Place)? {
    let places = people.map(\.place) + outlines.flatMap(\.corners)
    guard let first = places.first else { return nil }
    return places.reduce((first, first)) { (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1)) }
  }
}
