@main struct Townhall {
  static func main() {}
}
