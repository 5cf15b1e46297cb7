/// The tour that is kept in the program itself, so that it works wherever that is copied to.
package enum BuiltInTour {
  package static var text: String {
    String(decoding: PackageResources.townhall_toml, as: UTF8.self)
  }

  /// Which of its lessons covers which sentence of the tutorial that it follows.
  package static var coverage: String {
    String(decoding: PackageResources.coverage_tsv, as: UTF8.self)
  }
}
