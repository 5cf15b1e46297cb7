import SharedState
import StateEditing
import Testing

@Suite("An edit in code")
struct CallEchoTests {
  private func python(
    _ verb: EditVerb,
    _ key: String,
    _ base: StateValue?,
    _ mine: StateValue?
  ) -> String {
    echo(verb, key, base, mine).text(in: .python)
  }

  private func swift(
    _ verb: EditVerb,
    _ key: String,
    _ base: StateValue?,
    _ mine: StateValue?
  ) -> String {
    echo(verb, key, base, mine).text(in: .swift)
  }

  private func echo(
    _ verb: EditVerb,
    _ key: String,
    _ base: StateValue?,
    _ mine: StateValue?
  ) -> CallEcho {
    CallEcho(
      EditRequest(id: EditID(1), verb: verb, entries: [.init(key: key, base: base, mine: mine)])
    )
  }

  @Test("The tutorial's own lines come out as the tutorial has them")
  func tutorial() {
    #expect(python(.set, "some.key", nil, 2.4) == "shared_state['some.key'] = 2.4")
    #expect(python(.remove, "some.key", 2.4, nil) == "del shared_state['some.key']")
    #expect(python(.remove, "visualiser.root", 1, nil) == "del client.visualisations['root']")
    #expect(
      python(.update, "selection.hyperballs", ["particle_ids": [44]], ["particle_ids": [43, 44]])
        == "client.selections.update('hyperballs', particle_ids=[43, 44])"
    )
    #expect(
      python(.set, "selection.hyperballs", nil, ["display_name": "S", "particle_ids": [44]])
        == "client.selections.set('hyperballs', display_name='S', particle_ids=[44])"
    )
    let key = "visualiser.0d9b3c4e-1111-4222-8333-444455556666"
    #expect(
      python(.add, key, nil, ["display_name": "Base", "visualiser": "liquorice", "layer": 0])
        == "client.visualisations.add(display_name='Base', visualiser='liquorice', layer=0)"
    )
    #expect(
      python(.modify, "some.key", ["a": ["b": 0], "c": 1], ["a": ["b": 1]])
        == "with shared_state['some.key'].modify() as value: value['a']['b'] = 1; del value['c']"
    )
    #expect(python(.clear, "visualiser.a", 1, nil) == "client.visualisations.clear()")
    #expect(python(.clear, "some.key", 1, nil) == "shared_state.collection('some.').clear()")
  }

  @Test("The same in Swift")
  func inSwift() {
    #expect(swift(.set, "some.key", nil, 2.4) == #"try await sharedState.set("some.key", to: 2.4)"#)
    #expect(
      swift(.set, "some.key", nil, nil) == #"try await sharedState.remove("some.key")"#
    )
    #expect(
      swift(.set, "some.key", nil, .null) == #"try await sharedState.set("some.key", to: .null)"#
    )
    #expect(
      swift(.modify, "some.key", ["a": ["b": 0], "c": 1], ["a": ["b": 1]])
        == #"try await sharedState.modify("some.key") { value in "#
        + #"value.object?["a"]?.object?["b"] = 1; value.object?["c"] = nil }"#
    )
    #expect(
      swift(.modify, "list", [["x": 1], 2], [["x": 3], 2])
        == #"try await sharedState.modify("list") { value in "#
        + #"value = value.replacing([0, "x"], with: 3) ?? value }"#
    )
    #expect(swift(.clear, "avatar.a", 1, nil) == "try await client.avatars.clear()")
  }

  @Test("Each value is a literal of its own kind, and nothing in it can command a terminal")
  func literals() {
    let values: [(StateValue, String, String)] = [
      (nil, "None", ".null"), (true, "True", "true"), (false, "False", "false"),
      (1, "1", "1"), (1.0, "1.0", "1.0"), (-0.0, "-0.0", "-0.0"), (1e300, "1e+300", "1e+300"),
      (.int(.min), "-9223372036854775808", "-9223372036854775808"),
      (.double(.infinity), "float('inf')", ".double(.infinity)"),
      (.double(-.infinity), "float('-inf')", ".double(-.infinity)"),
      (.double(.nan), "float('nan')", ".double(.nan)"),
      (.bytes([0, 39, 65, 92, 255]), #"b'\x00\'A\\\xff'"#, ".bytes([0, 39, 65, 92, 255])"),
      ("it's \"so\"\\", #"'it\'s "so"\\'"#, #""it's \"so\"\\""#),
      ("a\nb\t\u{1B}\u{202E}é雪😀", #"'a\nb\t\x1b\u202eé雪😀'"#, #""a\nb\t\u{1b}\u{202e}é雪😀""#),
      ("e\u{301}", #"'e\u0301'"#, #""e\u{301}""#), (#"\(x)"#, #"'\\(x)'"#, #""\\(x)""#),
      ([], "[]", "[]"), ([1, 1.0, nil], "[1, 1.0, None]", "[1, 1.0, .null]"),
      (.object([:]), "{}", "[:]"), (["a b": [:]], "{'a b': {}}", #"["a b": [:]]"#),
      (
        ["$uint64": "18446744073709551615"], "18446744073709551615",
        #"["$uint64": "18446744073709551615"]"#
      ),
    ]
    for (value, python, swift) in values {
      #expect(CodeLiteral(language: .python).text(value) == python)
      #expect(CodeLiteral(language: .swift).text(value) == swift)
    }
  }

  @Test("Fields that are no Python names go in by a dictionary, and those the views use by modify")
  func names() {
    #expect(
      python(.update, "x", ["a": 0], ["a": 1, "owner.id": 2, "class": 3, "é": 4])
        == "shared_state.update('x', a=1, **{'owner.id': 2, 'class': 3, 'é': 4})"
    )
    #expect(
      python(.update, "x", ["key": 0], ["key": 1])
        == "with shared_state['x'].modify() as value: value['key'] = 1"
    )
  }

  @Test("A typed street is only named where its type writes what it is told")
  func typed() {
    let all: StateValue = ["display_name": "Root", "particle_ids": nil]
    var renamed = all
    renamed.object?["display_name"] = "All"
    #expect(
      python(.update, "selection.root", all, renamed)
        == "shared_state.update('selection.root', display_name='All')"
    )
    #expect(
      python(.set, "selection.bad", nil, ["particle_ids": "abc"])
        == "shared_state['selection.bad'] = {'particle_ids': 'abc'}"
    )
    #expect(
      python(.remove, "selection.selection.x", 1, nil)
        == "del client.selections['selection.selection.x']"
    )
  }

  @Test("A house that somebody named is set under that name, not added under another")
  func named() {
    #expect(
      python(.add, "selection.mine", nil, ["display_name": "A"])
        == "client.selections.set('mine', display_name='A')"
    )
  }

  @Test("An edit of several houses is a line for each, and its short form counts them")
  func several() {
    let echo = CallEcho(
      EditRequest(
        id: EditID(1),
        verb: .remove,
        entries: ["a", "b", "c"].map { .init(key: $0, base: 1, mine: nil) }
      )
    )
    #expect(
      echo.text(in: .python)
        == "del shared_state['a']\ndel shared_state['b']\ndel shared_state['c']"
    )
    #expect(echo.line(in: .python) == "del shared_state['a']  and 2 more")
    #expect(
      echo.nanover == "client.update_state(DictionaryChange(removals={'a', 'b', 'c'}))"
    )
  }
}
