import Foundation
import TestSupport
import Testing

/// A screen of the real program, as text and looks, with all that differs from run to run taken out.
private struct Picture {
  /// A cell's text, and the letter of its look.
  private var rows: [[(text: String, look: Character)]] = []
  private var legend: [String] = []

  init(_ screen: PTYProgram) {
    for row in 0..<screen.rows { rows.append(Self.steady(cells(of: screen, row), row)) }
  }

  private mutating func cells(of screen: PTYProgram, _ row: Int) -> [(String, Character)] {
    var cells: [(String, Character)] = []
    var column = 0
    while column < screen.columns {
      let cell = screen.cell(column: column, row: row)
      cells.append((cell.text.isEmpty ? " " : cell.text, letter(for: cell)))
      column += max(1, cell.width)
    }
    while cells.last.map({ $0.0 == " " && $0.1 == "." }) == true { cells.removeLast() }
    return cells
  }

  private mutating func letter(for cell: PTYProgram.Cell) -> Character {
    var looks: [String] = []
    if cell.bold { looks.append("bold") }
    if cell.underline { looks.append("underline") }
    if cell.reverse { looks.append("reverse") }
    if case .indexed(let colour) = cell.foreground { looks.append("colour \(colour)") }
    guard !looks.isEmpty else { return "." }
    let look = looks.joined(separator: " ")
    if !legend.contains(look) { legend.append(look) }
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    let index = legend.firstIndex(of: look) ?? 0
    return index < letters.count ? letters[index] : "?"
  }

  /// Takes clocks, ports and the time of the echo out of a row.
  private static func steady(
    _ cells: [(String, Character)],
    _ row: Int
  ) -> [(text: String, look: Character)] {
    var cells = cells
    let text = cells.map(\.0).joined()
    if cells.allSatisfy({ $0.0.count == 1 }) {
      let shifting = /\d\d:\d\d:\d\d(\.\d{3})?|127\.0\.0\.1:\d+/
      for match in text.matches(of: shifting) {
        let start = text.distance(from: text.startIndex, to: match.range.lowerBound)
        for (offset, character) in match.output.0.enumerated() where character.isNumber {
          cells[start + offset].0 = "0"
        }
      }
    }
    // The right end of the status line moves with the length of what it tells.
    guard row == 0 else { return cells.map { (text: $0.0, look: $0.1) } }
    if let echo = text.ranges(of: "· echo").first ?? text.ranges(of: "- echo").first {
      cells = Array(cells.prefix(text.distance(from: text.startIndex, to: echo.lowerBound)))
    }
    var kept: [(text: String, look: Character)] = []
    for cell in cells where !(cell.0 == " " && kept.last?.text == " ") {
      kept.append((text: cell.0, look: cell.1))
    }
    return kept
  }

  var text: String {
    let words = rows.map { $0.map(\.text).joined() }
    let looks = rows.map { String($0.map(\.look)) }
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    let names = zip(letters, legend).map { "\($0) \($1)" }
    return (words + ["--- looks"] + looks + ["--- legend"] + names).joined(separator: "\n") + "\n"
  }
}

/// How well a colour of the 256 can be read on black and on white, by WCAG 2's contrast ratio.
private enum Legibility {
  static func worstContrast(of index: UInt8) -> Double {
    let brightness = luminance(of: index)
    return min(1.05 / (brightness + 0.05), (brightness + 0.05) / 0.05)
  }

  private static func luminance(of index: UInt8) -> Double {
    let levels: [Double] =
      switch index {
      case 16..<232:
        [(index - 16) / 36, (index - 16) / 6 % 6, (index - 16) % 6]
          .map { $0 == 0 ? 0 : Double(55 + 40 * Int($0)) }
      case 232...: Array(repeating: Double(8 + 10 * Int(index - 232)), count: 3)
      // xterm's own first sixteen.
      default:
        [
          [0, 0, 0], [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205],
          [0, 205, 205], [229, 229, 229], [127, 127, 127], [255, 0, 0], [0, 255, 0], [255, 255, 0],
          [92, 92, 255], [255, 0, 255], [0, 255, 255], [255, 255, 255],
        ][Int(index)]
      }
    let linear = levels.map { level -> Double in
      let share = level / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }
}

extension EndToEndTests {
  @Suite("Golden screens")
  struct GoldenScreensTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden")
    private static let sizes = [(columns: 40, rows: 12), (80, 24), (200, 60)]

    /// A program that shows a scene in one way.
    private struct Sight {
      let name: String
      let isMono: Bool
      let screen: PTYProgram
    }

    @Test("Every scene is what it was, at three sizes, with colours and without")
    func scenes() throws {
      let town = try ServerProcess()
      try town.run("load", ShownScene.town)
      for scene in try ShownScene.all() {
        for sight in try show(scene, of: town) {
          try compare(Picture(sight.screen).text, sight.name)
          checkColours(of: sight)
        }
      }
    }

    /// Shows a scene in all ways at once, since most of the time goes by with waiting.
    private func show(_ scene: ShownScene, of town: ServerProcess) throws -> [Sight] {
      let sights = try Self.sizes.flatMap { size in
        try [false, true].map { try open(town, scene.name, size, isMono: $0) }
      }
      let screens = sights.map(\.screen)
      for screen in screens {
        try #require(screen.wait { $0.line(0).contains("17 houses") }, "\(screen.text)")
      }
      for screen in screens { screen.settle(milliseconds: 100) }
      for key in scene.keys { try press(key, on: screens) }
      for screen in screens { screen.settle(milliseconds: 150) }
      return sights
    }

    private func open(
      _ town: ServerProcess,
      _ scene: String,
      _ size: (columns: Int, rows: Int),
      isMono: Bool
    ) throws -> Sight {
      let screen = try PTYProgram(
        [try BuiltProducts.path(of: "townhall"), town.address],
        environment: ["NO_COLOR": isMono ? "1" : nil, "EDITOR": nil, "VISUAL": nil],
        columns: size.columns,
        rows: size.rows
      )
      let name = "\(scene)-\(size.columns)x\(size.rows)-\(isMono ? "mono" : "colour")"
      return Sight(name: name, isMono: isMono, screen: screen)
    }

    private func press(_ key: String, on screens: [PTYProgram]) throws {
      if key.hasPrefix("see:") {
        let text = key.dropFirst(4).replacing("_", with: " ")
        for screen in screens {
          try #require(screen.wait { $0.text.contains(text) }, "\(screen.text)")
        }
        return
      }
      for screen in screens { screen.send(key) }
      // Esc and a letter at once would be Alt and that letter.
      for screen in screens { screen.settle(milliseconds: key == "\u{1b}" ? 80 : 30) }
    }

    private func compare(_ picture: String, _ name: String) throws {
      let file = Self.folder.appending(path: name + ".txt")
      if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        try Data(picture.utf8).write(to: file)
        return
      }
      let golden = try String(decoding: Data(contentsOf: file), as: UTF8.self)
      #expect(picture == golden, "\(name) differs from Golden/\(file.lastPathComponent)")
    }

    /// With colours every text can be read on black and on white; without, there are none.
    private func checkColours(of sight: Sight) {
      let (name, screen) = (sight.name, sight.screen)
      for row in 0..<screen.rows {
        for column in 0..<screen.columns {
          let cell = screen.cell(column: column, row: row)
          // A swatch shows a colour itself, and its name stands beside it; a space shows none, and what is cut off ends in the same look.
          guard case .indexed(let colour) = cell.foreground, !"■#█… ".contains(cell.text) else {
            continue
          }
          #expect(!sight.isMono, "\(name): colour \(colour) at \(column), \(row)")
          let contrast = Legibility.worstContrast(of: colour)
          #expect(contrast >= 3, "\(name): colour \(colour) at \(column), \(row): \(contrast)")
        }
      }
    }
  }
}
