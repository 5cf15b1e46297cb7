import ScreenKit

extension Action where Host: FollowHost {
  static var following: [Self] {
    [
      Action("follow", ["gd"], .follow, "go to what this points at") {
        $0.reasonNotToFollow()
      } run: { host in
        host.followTarget()
        return []
      },
      Action("referrers", ["gr"], .follow, "go to what points here") {
        $0.reasonNotToListReferrers()
      } run: { host in
        host.listReferrers()
        return []
      },
      Action("person", ["go"], .follow, "show all \(many: .house) of the same person") {
        $0.reasonNotToShowPerson()
      } run: { host in
        host.showPerson()
        return []
      },
      Action("dangling", ["gb"], .follow, "list references to \(.vacant) \(many: .address)") {
        $0.known.index.isEmpty ? $0.words(.emptyTown) : nil
      } run: { host in
        host.listDangling()
        return []
      },
      Action("back", ["["], .follow, "back to where you were") {
        $0.reasonNotToGoBack()
      } run: { host in
        host.goBack()
        return []
      },
      Action("forward", ["]"], .follow, "forward again") {
        $0.reasonNotToGoForward()
      } run: { host in
        host.goForward()
        return []
      },
    ]
  }
}
