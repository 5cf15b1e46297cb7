import SharedState

/// One number over time.
///
/// It holds from one sample to the next, and the time that is told ends with the last of them: while nothing
/// changes, the picture does not either. However often the number changes, so many points are kept; when they
/// are too many, neighbours in time become one that still knows their lowest and their highest.
struct Plot: Sendable {
  /// What there is to read at some moment.
  enum Reading: Hashable, Sendable {
    case number(Double)
    case int(Int64)
    /// Something else is there than a number, or one that is not finite, in these words.
    case other(String)
    case notThere
    case notConnected

    var number: Double? {
      switch self {
      case .number(let number): number
      case .int(let number): Double(number)
      case .other, .notThere, .notConnected: nil
      }
    }
  }

  /// Samples that came so close after each other that one place stands for them.
  struct Point: Hashable, Sendable {
    let start: Duration
    var end: Duration
    let first: Double
    var last: Double
    var low: Double
    var high: Double
    /// When the line broke off after it, if it did.
    var breaksAt: Duration?

    init(_ value: Double, at time: Duration) {
      (start, end) = (time, time)
      (first, last, low, high) = (value, value, value, value)
    }

    mutating func absorb(_ later: Point) {
      (end, last, breaksAt) = (later.end, later.last, later.breaksAt)
      (low, high) = (min(low, later.low), max(high, later.high))
    }
  }

  /// So many points are kept.
  static let most = 1000

  let key: String
  let path: ValuePath
  private(set) var points: [Point] = []
  private(set) var newest = Reading.notThere
  /// The lowest and the highest number so far.
  private(set) var range: ClosedRange<Double>?
  /// Whether all numbers so far were integers.
  private(set) var isWhole = true
  /// Samples within this time become one point.
  private var resolution = Duration.zero

  init(key: String, path: ValuePath) { (self.key, self.path) = (key, path) }

  /// Whether it plots this number.
  func isOf(_ key: String, _ path: ValuePath) -> Bool {
    self.key.isSame(as: key) && self.path == path
  }

  /// The moment that the time axis begins with.
  var start: Duration { points.first?.start ?? .zero }

  /// The time from the first sample to the last, or to where the line broke off.
  var span: Duration { points.last.map { ($0.breaksAt ?? $0.end) - start } ?? .zero }

  // MARK: Sampling

  /// Notes what there is to read now.
  ///
  /// - Complexity: O(1) amortised.
  mutating func note(_ reading: Reading, at uptime: Duration) {
    newest = reading
    // Time does not run backwards, whatever a clock says.
    let time = max(uptime, start + span)
    guard let value = reading.number, value.isFinite else {
      if let last = points.last, last.breaksAt == nil { points[points.count - 1].breaksAt = time }
      return
    }
    if case .number = reading { isWhole = false }
    range = range.map { min($0.lowerBound, value)...max($0.upperBound, value) } ?? value...value
    Self.add(Point(value, at: time), to: &points, resolution)
    if points.count > Self.most { thin() }
  }

  /// No two neighbours lie within the resolution together afterwards, so about half of the points are left at the most.
  private mutating func thin() {
    resolution = span * 4 / Self.most
    var thinned: [Point] = []
    for point in points { Self.add(point, to: &thinned, resolution) }
    points = thinned
  }

  /// A gap within the resolution closes: it is narrower than what can be drawn.
  private static func add(_ point: Point, to points: inout [Point], _ resolution: Duration) {
    if let last = points.last, point.end - last.start <= resolution {
      points[points.count - 1].absorb(point)
    } else {
      points.append(point)
    }
  }

  // MARK: Drawing

  /// Draws it: at each place the number that held then, and all numbers that fell on one place.
  ///
  /// - Complexity: O(*c*) in the characters of the picture, plus O(1) for each point that is kept.
  func drawing(columns: Int, rows: Int) -> PlotCanvas {
    var canvas = PlotCanvas(columns: columns, rows: rows)
    guard let range, canvas.width > 0, canvas.height > 0 else { return canvas }
    let height = { Self.height(of: $0, in: range, steps: canvas.height - 1) }
    // What has one sample so far is a line: it is all that is known.
    guard span > .zero else {
      canvas.fillRow(height(points.last?.last ?? range.lowerBound), 0, canvas.width - 1)
      canvas.fillColumn(0, height(range.lowerBound), height(range.upperBound))
      return canvas
    }
    let place = { Self.part($0 - start, of: span, steps: canvas.width - 1) }
    var before: (x: Int, y: Int)?
    for point in points {
      let (x, end) = (place(point.start), place(point.breaksAt ?? point.end))
      if let before {
        canvas.fillRow(before.y, before.x, x)
        canvas.fillColumn(x, before.y, height(point.first))
      }
      canvas.fillColumn(x, height(point.low), height(point.high))
      canvas.fillRow(height(point.last), x, end)
      before = point.breaksAt == nil ? (end, height(point.last)) : nil
    }
    return canvas
  }

  private static func part(_ time: Duration, of span: Duration, steps: Int) -> Int {
    Int((min(1, max(0, time / span)) * Double(steps)).rounded())
  }

  /// The dot for a number, counted from the top; what never changed runs through the middle.
  private static func height(of value: Double, in range: ClosedRange<Double>, steps: Int) -> Int {
    // Halves, because the distance of two numbers may be too large for one.
    let whole = range.upperBound / 2 - range.lowerBound / 2
    guard whole > 0 else { return steps / 2 }
    let part = (value / 2 - range.lowerBound / 2) / whole
    return steps - Int((min(1, max(0, part)) * Double(steps)).rounded())
  }
}
