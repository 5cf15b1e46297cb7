import ConcurrencySupport
import StateSync
import TownhallKit

/// Finding out how it stands with a town: it is looked for, reached and joined, and left at once.
extension TownFacts {
  /// How long each step may take: to find the name, to get there, and to join.
  private static let step = Duration.seconds(1)

  static func look(
    at text: String,
    trusting caFile: String?,
    in surroundings: Surroundings
  ) async -> TownFacts {
    // Without its token.
    var facts = TownFacts(address: ServerAddress.withoutToken(text).text)
    do {
      let address = try surroundings.address(text)
      facts.address = address.description
      if address.isRecording {
        facts.lookAtRecording(address)
        return facts
      }
      guard let reach = TownReach(authority: address.authority) else {
        facts.flaw = "\(address) names no host and port"
        return facts
      }
      facts.host = reach.host
      guard await facts.reach(reach) else { return facts }
      await facts.join(address, trusting: caFile, in: surroundings)
    } catch {
      facts.flaw = String(describing: error)
    }
    return facts
  }

  private mutating func lookAtRecording(_ address: ServerAddress) {
    var found = Recording(path: address.description, flaws: [])
    do {
      found.flaws = try address.recordingFlaws()
    } catch {
      found.trouble = error.message
    }
    recording = found
  }

  /// Whether somebody takes connections there.
  private mutating func reach(_ reach: TownReach) async -> Bool {
    let found: [TownReach.Place]
    do {
      found = try await reach.places(within: Self.step)
      places = found.map(\.text)
    } catch {
      nameTrouble = String(describing: error)
      return false
    }
    do {
      roundTrip = try await reach.roundTrip(to: found, within: Self.step)
      return true
    } catch {
      reachTrouble = String(describing: error)
      return false
    }
  }

  private mutating func join(
    _ address: ServerAddress,
    trusting caFile: String?,
    in surroundings: Surroundings
  ) async {
    var address = address
    // One key, whether or not it is there: a large town is not to be heard whole.
    address.wishes = Concern.keys("scene").wishes(of: SyncClient.randomUserID())
    do {
      let way = try surroundings.way(to: address, trusting: caFile)
      let client = try await bounded(within: Self.step + .milliseconds(100)) {
        try await SharedStateClient.connect(through: way, patience: Self.step)
      } discard: {
        await $0.close()
      }
      role = client.role
      if case .live(_, _, let name, _)? = (client.endpoint as? SyncClient)?.status { wire = name }
      wire = wire ?? "a town answers"
      await client.close()
      trust = await isEncrypted(address) ? .trusted : .plain
    } catch let error as ServerNotTrusted {
      trust = error.isUnvouched ? .unvouched(error.description) : .refused(error.description)
    } catch let error as TransportError {
      (joinTrouble, isDenied) = (error.description, error.code == .denied)
    } catch is TimedOut {
      joinTrouble = "somebody is there, who has not told what is in the town in time"
    } catch {
      joinTrouble = String(describing: error)
    }
  }

  private func isEncrypted(_ address: ServerAddress) async -> Bool {
    (try? await bounded(within: Self.step / 2) { await address.isEncrypted() }) ?? false
  }
}
