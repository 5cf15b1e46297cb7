import ScreenKit

extension Action where Host: FollowHost {
  static var following: [Self] {
    [
      Action("follow", ["gd"], .follow, "go to what this points at") { $0.followTarget() }
        .alsoCalled("link target").unless { $0.reasonNotToFollow() },
      Action("referrers", ["gr"], .follow, "go to what points here") { $0.listReferrers() }
        .unless { $0.reasonNotToListReferrers() },
      Action("person", ["go"], .follow, "show who is here, or all \(many: .house) of this person") {
        $0.showPerson()
      }
      .alsoCalled("people user avatar owner presence belongs theirs").unless {
        $0.reasonNotToShowPerson()
      },
      Action("dangling", ["gb"], .follow, "list references to \(.vacant) \(many: .address)") {
        $0.listDangling()
      }
      .unless { $0.known.index.isEmpty ? $0.words(.emptyTown) : nil },
      Action("back", ["["], .follow, "back to where you were") { $0.goBack() }
        .unless { $0.reasonNotToGoBack() },
      Action("forward", ["]"], .follow, "forward again") { $0.goForward() }
        .unless { $0.reasonNotToGoForward() },
    ]
  }
}
