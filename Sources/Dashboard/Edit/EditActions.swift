import ScreenKit
import StateEditing

extension Action where Host: EditHost {
  static var editing: [Self] {
    [
      edit(.set, ["s"], "give the \(.house) a whole new value", also: "write replace"),
      edit(.update, ["u"], "give new values to some fields", also: "edit change field"),
      edit(.add, ["a"], "add \(a: .house) with a fresh key", also: "new create insert")
        .placed { $0.placeToAdd },
      edit(
        .remove,
        ["d", "Del"],
        "remove the \(.house), or all marked; asks first",
        also: "delete erase rm"
      )
      .onMarks("remove"),
      edit(.clear, ["c"], "empty the \(.street); asks for its name", also: "delete all"),
      edit(.modify, ["m"], "take the whole value in hand and put it back", also: "edit json"),
      Action("editor", ["e"], .edit, in: .entries, "modify the value in $EDITOR") {
        $0.beginExternalEdit()
      }
      .writing().unless { $0.reasonNot(to: .modify) }
      .taking(.key),
    ]
  }

  private static func edit(_ verb: EditVerb, _ keys: [String], _ help: Phrase, also: String) -> Self
  {
    Action(ActionID(verb.rawValue), keys, .edit, in: .entries, help) { $0.beginEdit(verb) }
      .hinting(verb.rawValue).alsoCalled(also)
      // To let go of a key that nobody has set writes nothing.
      .writing { verb != .remove || $0.heldHere == nil }
      .unless { $0.reasonNot(to: verb) }
      .taking(.key)
  }
}
