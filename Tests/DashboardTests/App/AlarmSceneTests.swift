import SharedState
import TextScreen
import Testing
import Trajectory

@testable import Dashboard

@Suite("Being told while one looks elsewhere")
struct AlarmSceneTests {
  private static func scene(_ alarms: [String], by way: NoticeWay = .osc9) -> Scene {
    let settings = DashboardSettings(alarms: alarms, noticeWay: way)
    return Scene(100, 30, options: DashboardOptions(address: "x", settings: settings, seed: 1))
  }

  private func notices(_ scene: Scene) -> [String] {
    scene.effects.compactMap { if case .notify(let text, _) = $0 { text } else { nil } }
  }

  @Test(
    "What was asked for is told by the terminal, in the footer and in Activity; nothing else is"
  )
  func tells() {
    var scene = Self.scene(["scene.box=false", "failed"], by: .bell)
    scene.join(["scene.box": true, "scene.other": false])
    #expect(notices(scene) == [])
    scene.change(["scene.other": true])
    #expect(notices(scene) == [])
    scene.change(["scene.box": false])
    #expect(scene.effects.contains(.notify("scene.box is false", .bell)))
    #expect(scene.lines.last?.contains("scene.box is false") == true)
    #expect(scene.lines.filter { $0.contains("scene.box is false") }.count == 2)
    var simulation = Simulation()
    simulation.take(Frame(["system.simulation.exception": "NaN"]))
    scene.send(.simulation(simulation, frames: 1))
    #expect(notices(scene) == ["the simulation failed: \"NaN\""])
    scene.send(.simulation(simulation, frames: 2))
    #expect(notices(scene) == [])
  }

  @Test(
    "A headset that falls silent is told without anything else happening, and while the picture is held still"
  )
  func silence() {
    var scene = Self.scene(["silent"])
    scene.join([:])
    scene.change([Scene.ada: Scene.avatar(height: 1)])
    scene.type("w")
    for beat in 0..<20 {
      scene.uptime += .milliseconds(33)
      scene.change([Scene.ada: Scene.avatar(height: Double(beat))])
    }
    let end = scene.uptime + .seconds(6)
    var told: [String] = []
    while let next = scene.model.wakeUp, next < end {
      scene.uptime = next
      scene.send(.wake)
      told += notices(scene)
    }
    #expect(told == ["the headset of \"Ada\" fell silent"])
  }

  @Test("Settings that are read again hold at once; off is the usual")
  func settings() {
    var scene = Self.scene([])
    scene.join(["a.b": 1])
    scene.change(["a.b": 2])
    #expect(notices(scene) == [])
    scene.send(.settings(DashboardSettings(alarms: ["a.b=3"])))
    scene.change(["a.b": 3])
    #expect(notices(scene) == ["a.b is 3"])
  }
}
