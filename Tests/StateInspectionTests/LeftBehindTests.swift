import SharedState
import StateInspection
import Testing

@Suite("What is left of people")
struct LeftBehindTests {
  private static let state: StateDictionary = [
    "avatar.ada": ["name": "Ada", "components": [["name": "headset"], ["name": "hand.left"]]],
    "cursor.ada.left": ["ownerid": "ada"], "update.index.ada": 7,
    "interaction.1": ["owner.id": "ada", "particles": [1]], "interaction.2": ["particles": [2]],
    "report.connection.health.ada": ["rtt": 41], "selection.ada.0": ["name": "hers"],
    "playarea.bob": [:], "scene": 1, "avatar.": 1,
    "avatar.odd": ["components": [7, ["name": 7], ["name": "hand.right"]], "name": 3],
  ]

  @Test("Body, hands, counters and grips are told by whom, what somebody has made is not")
  func all() {
    let all = LeftBehind.all(in: Self.state)
    #expect(all.map(\.id) == ["ada", "bob", "odd"])
    #expect(
      all.first?.keys == [
        "avatar.ada", "cursor.ada.left", "interaction.1", "report.connection.health.ada",
        "update.index.ada",
      ]
    )
  }

  @Test("Somebody is told by name, by what they are here with, and by their round trip")
  func people() {
    let people = RoomPerson.all(in: Self.state)
    #expect(people.map(\.name) == ["Ada", nil, nil])
    #expect(people.map(\.device) == [.headset, .screen, .hands])
    #expect(people.map(\.roundTrip) == [41, nil, nil])
    for odd in [1e300, .infinity, .nan, -1] as [Double] {
      let state: StateDictionary = ["report.connection.health.x": ["rtt": .double(odd)]]
      #expect(RoomPerson.all(in: state).map(\.roundTrip) == [nil])
    }
    #expect(RoomPerson.isNotice("ada/notify") && !RoomPerson.isNotice("notify/ada"))
  }
}
