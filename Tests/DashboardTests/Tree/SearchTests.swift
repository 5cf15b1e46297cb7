import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Search")
struct SearchTests {
  @Test("/ goes to what is found as it is typed, n and N go on, Esc goes back")
  func walk() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("O", .home, "/")
    scene.type("ro")
    #expect(scene.model.tree.key == "selection.root")
    #expect(scene.lines.last == " /ro   1/1   Enter stays here   Esc goes back")
    scene.press(.escape)
    #expect(scene.model.tree.cursor == .group("avatar."))
    scene.press("/")
    scene.type("s")
    scene.press(.enter)
    #expect(scene.model.tree.key == "scene")
    scene.press("n")
    #expect(scene.model.tree.key == "scene.box")
    #expect(scene.lines.last == " /s  2/6")
    scene.press("N", "N")
    #expect(scene.model.tree.key == "interaction.web-1", "what rows show comes after the keys")
    scene.press("n", "K")
    #expect(scene.model.tree.key == "scene" && scene.model.watch.book.all.count == 1)
    scene.press(.escape, "n")
    #expect(scene.lines.last == " n: nothing was searched for; / begins a search")
  }

  @Test("A street that is called so is gone to first, and n goes on with what is found in it")
  func street() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.type("/selection")
    #expect(scene.model.tree.cursor == .group("selection."))
    scene.press(.enter)
    #expect(scene.model.tree.cursor == .group("selection."))
    scene.press("n")
    #expect(scene.model.tree.key?.hasPrefix("selection.") == true)
    scene.press(.escape, "g", "g")
    scene.type("/selection.")
    #expect(scene.model.tree.key?.hasPrefix("selection.") == true)
    scene.press(.enter, "g", "g")
    scene.type("/scene")
    #expect(scene.model.tree.key == "scene", "a house that is called so comes first")
  }

  @Test("How many there are is looked at again in a state that changes, and no message is lost")
  func stale() {
    var scene = Scene(120, 24)
    scene.join(Scene.smallTown)
    scene.type("/Selection")
    scene.press(.enter)
    #expect(scene.lines[0].contains("/Selection 1/1"))
    scene.change(["selection.hyperballs": ["display_name": "Trio"]])
    scene.wait(.seconds(2))
    #expect(scene.lines[0].contains("/Selection no house has that"))
    scene.change(["selection.hyperballs": ["display_name": "Selection"]])
    scene.wait(.seconds(2))
    #expect(scene.lines[0].contains("/Selection 1/1"))
    scene.wait(.seconds(2))
    #expect(scene.model.nextSearchLook == nil, "a quiet state is not looked at again")
  }

  @Test("Letters that are commands elsewhere are only letters in a search")
  func lettersAreLetters() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("/", "d", "q", "c", .backspace, .backspace)
    #expect(scene.effects.isEmpty && scene.model.edit == nil)
    #expect(scene.model.finder.search?.query == "d")
    scene.press(.backspace, .backspace)
    #expect(!scene.model.isTypingSearch)
  }

  @Test("What is nowhere is said to be nowhere, and moves nothing")
  func nothing() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("/")
    scene.type("nobody")
    #expect(scene.lines.last?.contains("no house has that") == true)
    #expect(scene.model.tree.cursor == .group("avatar."))
  }
}
