import TownhallApp

@main struct Townhall {
  static func main() async { await Program.main() }
}
