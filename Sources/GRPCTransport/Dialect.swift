#if GRPC
import GRPCCore

/// The two names under which servers offer one and the same service.
enum Dialect: String, CaseIterable, Sendable {
  /// NanoVer's, from January 2024 to September 2025.
  case nanover
  /// Narupa's, until January 2024.
  case narupa

  /// Who speaks it, as it stands in a sentence.
  var speakers: String {
    switch self {
    case .nanover: "NanoVer did until September 2025"
    case .narupa: "Narupa did"
    }
  }

  var subscribe: MethodDescriptor {
    method("SubscribeStateUpdates", of: "state.State", .serverStreaming)
  }
  var updateState: MethodDescriptor { method("UpdateState", of: "state.State", .unary) }
  var updateLocks: MethodDescriptor { method("UpdateLocks", of: "state.State", .unary) }
  var getCommands: MethodDescriptor { method("GetCommands", of: "command.Command", .unary) }
  var runCommand: MethodDescriptor { method("RunCommand", of: "command.Command", .unary) }
  var subscribeLatestFrames: MethodDescriptor {
    method("SubscribeLatestFrames", of: "trajectory.TrajectoryService", .serverStreaming)
  }
  var subscribeFrames: MethodDescriptor {
    method("SubscribeFrames", of: "trajectory.TrajectoryService", .serverStreaming)
  }

  /// What every server answers, if only by saying that it does not know it, and what changes nothing.
  static let health = MethodDescriptor(
    service: ServiceDescriptor(fullyQualifiedService: "grpc.health.v1.Health"),
    method: "Check",
    type: .unary
  )

  private func method(
    _ name: String,
    of service: String,
    _ type: MethodDescriptor.RPCType
  ) -> MethodDescriptor {
    let service = ServiceDescriptor(fullyQualifiedService: "\(rawValue).protocol.\(service)")
    return MethodDescriptor(service: service, method: name, type: type)
  }
}
#endif
