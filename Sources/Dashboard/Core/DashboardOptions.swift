public import Lessons

/// What is decided before the dashboard starts and holds until it ends.
public struct DashboardOptions: Hashable, Sendable {
  /// What this town is called, if it has a name.
  public var title: String?
  /// Where the town is, as a person would type it.
  public var address: String
  /// Whether edits are refused.
  public var readOnly: Bool
  /// Whether it is shown to a class: keys only look, and are shown, and rows stand apart.
  public var presents: Bool
  /// Whether only ASCII is drawn around the town's own text.
  public var ascii: Bool
  /// Whether the pointer is reported at the start.
  public var reportsMouse: Bool
  /// What the settings file says; `nil` if there is none to read again.
  public var settings: DashboardSettings?
  /// What fresh names are made from; two dashboards must not share it.
  public var seed: UInt64
  /// The id under which this dashboard writes.
  public var userID: String?
  /// How this town was left; `nil` if nothing is to be remembered.
  public var memory: DashboardMemory?
  /// The tour that is given, if one is.
  public var tour: TourOptions?
  /// The command, in lines, with which others see this very screen, if it is shared.
  public var sharing: [String]
  /// Whether the server is asked who wrote what is looked at: only servers of ours know.
  public var asksForAuthors: Bool

  /// Chooses the options.
  public init(
    title: String? = nil,
    address: String,
    readOnly: Bool = false,
    presents: Bool = false,
    ascii: Bool = false,
    reportsMouse: Bool = true,
    settings: DashboardSettings? = nil,
    userID: String? = nil,
    memory: DashboardMemory? = nil,
    tour: TourOptions? = nil,
    asksForAuthors: Bool = false,
    sharing: [String] = [],
    seed: UInt64 = .random(in: .min ... .max)
  ) {
    self.title = title
    self.address = address
    self.readOnly = readOnly
    self.presents = presents
    self.ascii = ascii
    self.reportsMouse = reportsMouse
    self.settings = settings
    self.userID = userID
    self.memory = memory
    self.tour = tour
    self.asksForAuthors = asksForAuthors
    self.sharing = sharing
    self.seed = seed
  }
}
