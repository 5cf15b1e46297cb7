import SharedState
public import TextScreen

/// Everything on the screen, and nothing else.
///
/// What happens comes in through ``update(_:at:)``, which answers with what is to be done; ``view(_:)`` draws.
/// Both are pure: no clock, socket, task or terminal is behind them.
public struct Model: Sendable {
  let options: DashboardOptions
  var now = Moment(uptime: .zero, clock: .zero)
  var link = LinkStatus.connecting(attempt: 1)
  var town = StateDictionary()

  /// Makes the dashboard as it is before the town has been found.
  public init(options: DashboardOptions) {
    self.options = options
  }

  /// Takes in something that happened, and answers with what is to be done.
  public mutating func update(_ message: Message, at moment: Moment) -> [Effect] {
    now = moment
    switch message {
    case .state(let newest, _): town = newest
    case .link(let status): link = status
    case .screen(.key(.character("q"))), .screen(.key(.control("c"))): return [.quit]
    default: break
    }
    return []
  }

  /// Draws the screen.
  public func view(_ size: Size) -> Grid {
    Grid(size)
  }

  /// When the picture changes by itself, as an uptime; `nil` if it does not.
  public var wakeUp: Duration? { nil }
}
