import ScreenKit
import SharedState
import StateEditing

extension EditPane {
  /// The keys that do something now, the most useful first.
  var hints: [Hint] {
    switch phase {
    case .blocked: [Hint("Esc", "close")]
    case .editing: writingHints
    case .leaving: [Hint("n", "go on writing"), Hint("y", "throw it away")]
    case .review(let proposal):
      [
        Hint(isKept ? "r" : "Enter", proposal.diff.isEmpty ? "close" : "send"),
        Hint("Esc", isRestore ? "leave it" : "back to the text"),
      ] + (isRestore ? [Hint("e", "edit")] : [])
    case .conflict(let proposal): conflictHints(proposal)
    case .pending: [Hint("Esc", "close, the outcome comes in Activity")]
    // It goes away by itself after a while.
    case .done where closesAt != nil: [Hint("Enter", "close now")]
    case .done(let outcome, _, _) where outcome.isArrival: [Hint("Enter", "close")]
    case .done: [Hint("r", "review again"), Hint("e", "edit"), Hint("Esc", "close")]
    }
  }

  private var writingHints: [Hint] {
    switch draft {
    case .removal: [Hint("n", "leave it"), Hint("y", "remove it")]
    case .clearing: [Hint("Enter", "clear"), Hint("Esc", "leave it")]
    case .value:
      reviewHint + [Hint("^e", "$EDITOR"), Hint("Esc", "cancel"), Hint("^y", "undo")]
    case .entry(let entry):
      reviewHint + [
        Hint("Tab", entry.isInName ? "value" : "name"), Hint("^e", "$EDITOR"),
        Hint("Esc", "cancel"), Hint("^y", "undo"),
      ]
    case .fields(let form):
      reviewHint + typedHints(form) + [
        Hint("Tab", "next field"), Hint("^n", "add a field"), Hint("Esc", "cancel"),
        Hint("^y", "undo"),
      ]
    }
  }

  /// What the field under the cursor takes beside letters.
  private func typedHints(_ form: FieldForm) -> [Hint] {
    var hints: [Hint] = []
    if form.canChoose { hints.append(Hint("Space", "choose")) }
    if form.canFlip { hints.append(Hint("Space", "flip")) }
    if form.canStep { hints.append(Hint("+ -", "step")) }
    if form.canSwitchNotation {
      hints.append(Hint("^t", form.focusedKind == .raw ? "in words" : "as JSON"))
    }
    return hints
  }

  private var reviewHint: [Hint] { [Hint(isMultiline ? "^s" : "Enter", "review")] }

  private func conflictHints(_ proposal: Proposal) -> [Hint] {
    if proposal.isEntryGone {
      return [Hint("m", "build it again"), Hint("l", "let it go")]
    }
    let choices = [
      Hint("b", "base"), Hint("m", "mine"), Hint("l", "live"),
      Hint("M", "all mine"), Hint("L", "all live"),
    ]
    let leave = Hint("Esc", isRestore ? "leave it" : "back to the text")
    return (proposal.isOpen ? choices : [Hint("Enter", "review")] + choices) + [leave]
  }
}
