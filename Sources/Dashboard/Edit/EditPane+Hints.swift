import SharedState
import TextScreen

extension EditPane {
  /// The keys that do something now, the most useful first.
  var hints: [EditHint] {
    switch phase {
    case .blocked: [EditHint("Esc", "close")]
    case .editing: writingHints
    case .leaving: [EditHint("n", "go on writing"), EditHint("y", "throw it away")]
    case .review(let proposal):
      [
        EditHint("Enter", proposal.diff.isEmpty ? "close" : "send"),
        EditHint("Esc", "back to the text"),
      ]
    case .conflict(let proposal): conflictHints(proposal)
    case .pending: [EditHint("Esc", "close, the outcome comes in Activity")]
    case .done(let outcome, _, _) where outcome.isArrival: [EditHint("any key", "close")]
    case .done: [EditHint("r", "review again"), EditHint("e", "edit"), EditHint("Esc", "close")]
    }
  }

  private var writingHints: [EditHint] {
    switch draft {
    case .removal: [EditHint("n", "leave it"), EditHint("y", "remove it")]
    case .clearing: [EditHint("Enter", "clear"), EditHint("Esc", "leave it")]
    case .value:
      reviewHint + [EditHint("^e", "$EDITOR"), EditHint("Esc", "cancel"), EditHint("^y", "undo")]
    case .entry(let house):
      reviewHint + [
        EditHint("Tab", house.isInName ? "value" : "name"), EditHint("^e", "$EDITOR"),
        EditHint("Esc", "cancel"), EditHint("^y", "undo"),
      ]
    case .fields(let form):
      reviewHint + typedHints(form) + [
        EditHint("Tab", "next field"), EditHint("^n", "add a field"), EditHint("Esc", "cancel"),
        EditHint("^y", "undo"),
      ]
    }
  }

  /// What the field under the cursor takes beside letters.
  private func typedHints(_ form: FieldForm) -> [EditHint] {
    var hints: [EditHint] = []
    if form.canChoose { hints.append(EditHint("Space", "choose")) }
    if form.canFlip { hints.append(EditHint("Space", "flip")) }
    if form.canStep { hints.append(EditHint("+ -", "step")) }
    if form.canSwitchNotation {
      hints.append(EditHint("^t", form.focusedKind == .raw ? "in words" : "as JSON"))
    }
    return hints
  }

  private var reviewHint: [EditHint] {
    [EditHint(isMultiline ? "^s" : "Enter", "review")]
  }

  private func conflictHints(_ proposal: Proposal) -> [EditHint] {
    if proposal.isHouseGone {
      return [EditHint("m", "build it again"), EditHint("l", "let it go")]
    }
    let choices = [
      EditHint("b", "base"), EditHint("m", "mine"), EditHint("l", "live"),
      EditHint("M", "all mine"), EditHint("L", "all live"),
    ]
    let leave = EditHint("Esc", "back to the text")
    return (proposal.isOpen ? choices : [EditHint("Enter", "review")] + choices) + [leave]
  }
}
