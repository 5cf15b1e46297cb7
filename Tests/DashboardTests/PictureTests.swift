import SharedState
import Testing
import TextScreen

@testable import Dashboard

@Suite("Pictures")
struct PictureTests {
  @Test("Before the town is found, the screen says what it looks for")
  func connecting() {
    let scene = Scene()
    #expect(
      scene.picture == """
         townhall  ○ looking for the town  lab-3  ws://127.0.0.1:38801
        ┌ Town ───────────────────────────────────┐┌ House ────────────────────────────┐
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │         Looking for the town at         ││                                   │
        │          ws://127.0.0.1:38801           ││                                   │
        │   It goes on looking until you quit.    ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        └─────────────────────────────────────────┘└───────────────────────────────────┘
        ┌ Activity ────────────────────────────────────────────────────────────────────┐
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        └──────────────────────────────────────────────────────────────────────────────┘
         Tab next pane  ? help  q quit
        """
    )
  }

  @Test("A small town: streets, houses, what lives there, and the house under the cursor")
  func smallTown() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.wait(.seconds(3))
    scene.press("G", "k", "k", "k", "k", "k")
    #expect(
      scene.picture == """
         ● live  lab-3  ws://127.0.0.1:38801   8 houses · 6 streets · quiet · echo 4 ms
        ┌ Town ───────────────────────────────────┐┌ selection.hyperballs ─────────────┐
        │  ▾ avatar        1                      ││dictionary of 2 fields             │
        │      929680e7-1… Ada  head 0.5 1.4 -0.3 ││unchanged since you came           │
        │  ▾ interaction   1                      ││    display_name  "Selection"      │
        │      web-1       spring  on 1 atom  sca…││  ▸ particle_ids  43–45  3 atoms   │
        │    scene         at 0.0 0.0 0.0  scale …││                                   │
        │  ▾ scene         1                      ││                                   │
        │      box         true                   ││                                   │
        │  ▾ selection     2                      ││                                   │
        │      hyperballs  "Selection" 3 atoms    ││                                   │
        │      root        "Root" all atoms       ││                                   │
        │  ▾ update        1                      ││                                   │
        │      index.U     370                    ││                                   │
        │  ▾ visualiser    1                      ││                                   │
        │      9f2         hyperballs → selection…││                                   │
        └─────────────────────────────────────────┘└───────────────────────────────────┘
        ┌ Activity ────────────────────────────────────────────────────────────────────┐
        │12:00:00.000 here is the town: 8 houses in 6 streets                          │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        └──────────────────────────────────────────────────────────────────────────────┘
         s set  u update  m modify  a add  d remove  c clear  / find  ? help  q quit
        """
    )
  }

  @Test("What just changed is marked in the tree, in the house and in the activity")
  func busy() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("G", "k", "k", "k", "k", "k")
    let ada = Scene.ada
    for tick in 0..<120 {
      scene.wait(.milliseconds(33))
      scene.change([ada: Scene.avatar(height: Double(tick) / 100)])
    }
    scene.change(["selection.hyperballs": ["display_name": "Pair", "particle_ids": [44, 45]]])
    scene.wait(.seconds(2))
    #expect(
      scene.picture == """
         ● live  lab-3  ws://127.0.0.1:38801        8 houses · 6 streets · 20 changes/s
        ┌ Town ───────────────────────────────────┐┌ selection.hyperballs ─────────────┐
        │  ▾ avatar        1                  20/s││dictionary of 2 fields             │
        │○     929680e7-1… Ada  head 0.5 1.…  20/s││changed 2 s ago by others          │
        │  ▾ interaction   1                      ││~   display_name  "Pair"        2 s│
        │      web-1       spring  on 1 atom  sca…││~ ▸ particle_ids  44, 45  2 a…  2 s│
        │    scene         at 0.0 0.0 0.0  scale …││                                   │
        │  ▾ scene         1                      ││                                   │
        │      box         true                   ││                                   │
        │  ▾ selection     2                      ││                                   │
        │○     hyperballs  "Pair" 2 atoms         ││                                   │
        │      root        "Root" all atoms       ││                                   │
        │  ▾ update        1                      ││                                   │
        │      index.U     370                    ││                                   │
        │  ▾ visualiser    1                      ││                                   │
        │      9f2         hyperballs → selection…││                                   │
        └─────────────────────────────────────────┘└───────────────────────────────────┘
        ┌ Activity ────────────────────────────────────────────────────────────────────┐
        │12:00:00.000 here is the town: 8 houses in 6 streets                          │
        │12:00:03.960 ~ avatar.929680e7-1b7f-4a53-9d67-…  components[0].position … ×120│
        │12:00:03.960 ~ selection.hyperballs  display_name "Selection" → "Pair"  parti…│
        │                                                                              │
        └──────────────────────────────────────────────────────────────────────────────┘
         s set  u update  m modify  a add  d remove  c clear  / find  ? help  q quit
        """
    )
  }

  @Test("All streets folded")
  func folded() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("O")
    #expect(
      scene.picture == """
         ● live  lab-3  ws://127.0.0.1:38801   8 houses · 6 streets · quiet · echo 4 ms
        ┌ Town ───────────────────────────────────┐┌ avatar. ──────────────────────────┐
        │  ▸ avatar        1                      ││street of 1 house                  │
        │  ▸ interaction   1                      ││unchanged since you came           │
        │    scene         at 0.0 0.0 0.0  scale …││                                   │
        │  ▸ scene         1                      ││                                   │
        │  ▸ selection     2                      ││                                   │
        │  ▸ update        1                      ││                                   │
        │  ▸ visualiser    1                      ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        └─────────────────────────────────────────┘└───────────────────────────────────┘
        ┌ Activity ────────────────────────────────────────────────────────────────────┐
        │12:00:00.000 here is the town: 8 houses in 6 streets                          │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        └──────────────────────────────────────────────────────────────────────────────┘
         a add  c clear  / find  Enter open  Tab next pane  ? help  q quit
        """
    )
  }

  @Test("A house that moved out stays to be seen, a new one is marked")
  func removed() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("j", "j", "j")
    scene.change(["selection.new": ["display_name": "New"]], remove: ["interaction.web-1"])
    scene.wait(.seconds(2))
    #expect(
      scene.picture == """
         ● live  lab-3  ws://127.0.0.1:38801   8 houses · 5 streets · quiet · echo 4 ms
        ┌ Town ───────────────────────────────────┐┌ interaction.web-1 ────────────────┐
        │  ▾ avatar        1                      ││✗ moved out 2 s ago; its last valu…│
        │      929680e7-1… Ada  head 0.5 1.4 -0.3 ││                                   │
        │  ▾ interaction   empty                  ││    interaction_… "spring"         │
        │✗     web-1       moved out 2 s ago      ││  ▸ particles     60  1 atom       │
        │    scene         at 0.0 0.0 0.0  scale …││    scale         100.0            │
        │  ▾ scene         1                      ││    max_force     Infinity         │
        │      box         true                   ││  ▸ position      [1.0 2.0 3.0]    │
        │  ▾ selection     3                      ││                                   │
        │      hyperballs  "Selection" 3 atoms    ││                                   │
        │+     new         "New" all atoms        ││                                   │
        │      root        "Root" all atoms       ││                                   │
        │  ▾ update        1                      ││                                   │
        │      index.U     370                    ││                                   │
        │  ▾ visualiser    1                      ││                                   │
        └─────────────────────────────── 4 of 15 ─┘└───────────────────────────────────┘
        ┌ Activity ────────────────────────────────────────────────────────────────────┐
        │12:00:00.000 here is the town: 8 houses in 6 streets                          │
        │12:00:00.000 - interaction.web-1  moved out                                   │
        │12:00:00.000 + selection.new  "New" all atoms                                 │
        │                                                                              │
        └──────────────────────────────────────────────────────────────────────────────┘
         s set  a add  c clear  / find  Enter open  Tab next pane  ? help  q quit
        """
    )
  }

  @Test("A lost connection shows in the status line, in the title and in the activity")
  func stale() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.wait(.seconds(5))
    scene.lose()
    #expect(
      scene.picture == """
         ✗ lost: the server closed, again in 2 s  ws://127.0.0.1:38801   as of 12:00:05
        ┌ Town as of 12:00:05 ────────────────────┐┌ avatar. ──────────────────────────┐
        │  ▾ avatar        1                      ││street of 1 house                  │
        │      929680e7-1… Ada  head 0.5 1.4 -0.3 ││unchanged since you came           │
        │  ▾ interaction   1                      ││                                   │
        │      web-1       spring  on 1 atom  sca…││                                   │
        │    scene         at 0.0 0.0 0.0  scale …││                                   │
        │  ▾ scene         1                      ││                                   │
        │      box         true                   ││                                   │
        │  ▾ selection     2                      ││                                   │
        │      hyperballs  "Selection" 3 atoms    ││                                   │
        │      root        "Root" all atoms       ││                                   │
        │  ▾ update        1                      ││                                   │
        │      index.U     370                    ││                                   │
        │  ▾ visualiser    1                      ││                                   │
        │      9f2         hyperballs → selection…││                                   │
        └─────────────────────────────────────────┘└───────────────────────────────────┘
        ┌ Activity ────────────────────────────────────────────────────────────────────┐
        │12:00:00.000 here is the town: 8 houses in 6 streets                          │
        │12:00:05.000 connection lost: the server closed                               │
        │                                                                              │
        │                                                                              │
        └──────────────────────────────────────────────────────────────────────────────┘
         a add  c clear  / find  Enter open  Tab next pane  ? help  q quit
        """
    )
  }

  @Test("Back in the town, what was missed is told")
  func back() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.lose()
    scene.wait(.seconds(3))
    scene.send(.link(.syncing(received: 2000, total: 4000)))
    scene.change(["scene.box": false], remove: ["visualiser.9f2"])
    scene.send(.link(.live(latency: nil)))
    #expect(
      scene.picture == """
         townhall  ● live  lab-3  ws://127.0.0.1:38801     7 houses · 5 streets · quiet
        ┌ Town ───────────────────────────────────┐┌ avatar. ──────────────────────────┐
        │  ▾ avatar        1                      ││street of 1 house                  │
        │      929680e7-1… Ada  head 0.5 1.4 -0.3 ││unchanged since you came           │
        │  ▾ interaction   1                      ││                                   │
        │      web-1       spring  on 1 atom  sca…││                                   │
        │    scene         at 0.0 0.0 0.0  scale …││                                   │
        │  ▾ scene         1                      ││                                   │
        │●     box         false                  ││                                   │
        │  ▾ selection     2                      ││                                   │
        │      hyperballs  "Selection" 3 atoms    ││                                   │
        │      root        "Root" all atoms       ││                                   │
        │  ▾ update        1                      ││                                   │
        │      index.U     370                    ││                                   │
        │  ▾ visualiser    empty                  ││                                   │
        │✗     9f2         moved out just now     ││                                   │
        └─────────────────────────────────────────┘└───────────────────────────────────┘
        ┌ Activity ────────────────────────────────────────────────────────────────────┐
        │12:00:00.000 connection lost: the server closed                               │
        │12:00:03.000 back in the town: while you were away 1 changed, 1 moved out     │
        │12:00:03.000 ~ scene.box  true → false                                        │
        │12:00:03.000 - visualiser.9f2  moved out                                      │
        └──────────────────────────────────────────────────────────────────────────────┘
         a add  c clear  / find  Enter open  Tab next pane  ? help  q quit
        """
    )
  }

  @Test("A large town tells how much of it has come")
  func receiving() {
    var scene = Scene()
    scene.send(.link(.syncing(received: 3_400_000, total: 8_100_000)))
    #expect(
      scene.picture == """
         townhall  ○ receiving, 3.4 MB of 8.1 MB  lab-3  ws://127.0.0.1:38801
        ┌ Town ───────────────────────────────────┐┌ House ────────────────────────────┐
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │         The town is coming in.          ││                                   │
        │        ████████░░░░░░░░░░░░ 41 %        ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        │                                         ││                                   │
        └─────────────────────────────────────────┘└───────────────────────────────────┘
        ┌ Activity ────────────────────────────────────────────────────────────────────┐
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        └──────────────────────────────────────────────────────────────────────────────┘
         Tab next pane  ? help  q quit
        """
    )
  }

  @Test("The help lists the table of keys")
  func help() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    scene.press("?")
    #expect(
      scene.picture == """
         ● live  lab-3  ws://127.0.0.1:38801   8 houses · 6 streets · quiet · echo 4 ms
        ┌ Keys ────────────────────────────────────────────────────────────────────────┐
        │ Moving                                                                       │
        │   j Down      next row; 5j moves five rows                                   │
        │   k Up        previous row                                                   │
        │   ^d          half a page on                                                 │
        │   ^u          half a page back                                               │
        │   PgDn ^f     a page on                                                      │
        │   PgUp ^b     a page back                                                    │
        │   g Home      first row                                                      │
        │   G End       last row                                                       │
        │                                                                              │
        │ Opening and closing                                                          │
        │   Enter Space open or close; edit a field; from Activity, go to the house    │
        │   l Right     open it, go inside, or go on to the house (not in Activity)    │
        │   h Left      close it, or go to what it is in (not in Activity)             │
        │   o E         open everything in this pane (not in Activity)                 │
        │   O C         close everything in this pane (not in Activity)                │
        │                                                                              │
        │ Finding                                                                      │
        │   /           find a house by a part of its key                              │
        │   n           next house that was found                                      │
        └─────────────────────────────────────────────────── 43 more below, j scrolls ─┘
         a add  c clear  / find  Enter open  Tab next pane  ? help  q quit
        """
    )
  }

  @Test("Wide, joined, invisible and commanding characters shift no border")
  func strange() {
    var scene = Scene()
    scene.join(Scene.strangeTown)
    scene.press("G", "k", "k", "k")
    #expect(
      scene.picture == """
         ● live  lab-3  ws://127.0.0.1:38801   7 houses · 6 streets · quiet · echo 4 ms
        ┌ Town ───────────────────────────────────┐┌ 日本. ────────────────────────────┐
        │    (no name)     1                      ││street of 1 house                  │
        │  ▾ (no name)     1                      ││unchanged since you came           │
        │      (no name)   2                      ││                                   │
        │  ▾ a             1                      ││                                   │
        │      ␀           3 bytes: 01 02 03      ││                                   │
        │  ▾ é             1                      ││                                   │
        │      ␛[31mred␇   "a␊b⇄c"                ││                                   │
        │  ▾ selection     1                      ││                                   │
        │      (no name)   "x"                    ││                                   │
        │  ▾ 日本          1                      ││                                   │
        │      漢字の名前… "値も漢字で長い文字列… ││                                   │
        │  ▾ 👨‿👩‿👧      1                      ││                                   │
        │      👍▒         {👨‿👩‿👧 "ⒹⒺ", ␛]0;ti…││                                   │
        │                                         ││                                   │
        └─────────────────────────────────────────┘└───────────────────────────────────┘
        ┌ Activity ────────────────────────────────────────────────────────────────────┐
        │12:00:00.000 here is the town: 7 houses in 6 streets                          │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        └──────────────────────────────────────────────────────────────────────────────┘
         a add  c clear  / find  Enter open  Tab next pane  ? help  q quit
        """
    )
  }

  @Test("40 × 12 shows one pane")
  func one() {
    var scene = Scene(40, 12)
    scene.join(Scene.smallTown)
    #expect(
      scene.picture == """
         ● live  ws://127.0.0.1:38801  8 houses
        ┌ Town ────────────────────────────────┐
        │  ▾ avatar       1                    │
        │      929680e7-… Ada  head 0.5 1.4 -0…│
        │  ▾ interaction  1                    │
        │      web-1      spring  on 1 atom  s…│
        │    scene        at 0.0 0.0 0.0  scal…│
        │  ▾ scene        1                    │
        │      box        true                 │
        │  ▾ selection    2                    │
        └──────────────────────────── 1 of 14 ─┘
         a add  c clear  / find  ? help  q quit
        """
    )
  }

  @Test("40 × 12 shows the house after Enter")
  func oneHouse() {
    var scene = Scene(40, 12)
    scene.join(Scene.smallTown)
    scene.press("j", .enter)
    #expect(
      scene.picture == """
         ● live  ws://127.0.0.1:38801  8 houses
        ┌ avatar.929680e7-1b7f-4a53-9d67-0a4… ─┐
        │dictionary of 4 fields                │
        │unchanged since you came              │
        │    playerid    "929680e7-1b7f-4a53-9…│
        │    name        "Ada"                 │
        │  ▸ color       [1.0 0.4 0.0 1.0]     │
        │  ▾ components  1 element             │
        │    ▾ [0]                             │
        │        name    "headset"             │
        └─────────────────────── 6 of 8 lines ─┘
         s set  u update  ? help  q quit
        """
    )
  }

  @Test("20 × 5 still shows where one is")
  func tiny() {
    var scene = Scene(20, 5)
    scene.join(Scene.smallTown)
    #expect(
      scene.picture == """
         ● live  ws://127.0…
        ┌ Town ────────────┐
        │  ▾ avatar        │
        └──────── 1 of 14 ─┘
         ? help  q quit
        """
    )
  }

  @Test("In ASCII and read only, refusals are said in words")
  func ascii() {
    var scene = Scene(
      options: DashboardOptions(address: "ws://x:1", readOnly: true, ascii: true, seed: 1)
    )
    scene.join(Scene.smallTown)
    scene.change(["a": 1], remove: ["scene"])
    scene.press("j", "s")
    #expect(
      scene.picture == """
         townhall  * live  ws://x:1  read only 8 houses - 6 streets - quiet - echo 4 ms
        + Town -----------------------------------++ avatar. --------------------------+
        |+   a             1                      ||street of 1 house                  |
        |  v avatar        1                      ||unchanged since you came           |
        |      929680e7-.. Ada  head 0.5 1.4 -0.3 ||                                   |
        |  v interaction   1                      ||                                   |
        |      web-1       spring  on 1 atom  sc..||                                   |
        |x   scene         moved out just now     ||                                   |
        |  v scene         1                      ||                                   |
        |      box         true                   ||                                   |
        |  v selection     2                      ||                                   |
        |      hyperballs  "Selection" 3 atoms    ||                                   |
        |      root        "Root" all atoms       ||                                   |
        |  v update        1                      ||                                   |
        |      index.U     370                    ||                                   |
        |  v visualiser    1                      ||                                   |
        +------------------------------- 2 of 15 -++-----------------------------------+
        + Activity --------------------------------------------------------------------+
        |12:00:00.000 here is the town: 8 houses in 6 streets                          |
        |12:00:00.000 + a  1                                                           |
        |12:00:00.000 - scene  moved out                                               |
        |                                                                              |
        +------------------------------------------------------------------------------+
         s: this dashboard is read only
        """
    )
  }

  @Test("200 × 60 puts house and activity beside a tree of full height")
  func wide() {
    var scene = Scene(200, 60)
    scene.join(Scene.smallTown)
    scene.press("j")
    scene.change(["selection.root": ["display_name": "Root", "particle_ids": []]])
    #expect(
      scene.picture == """
         townhall  ● live  lab-3  ws://127.0.0.1:38801                                                                                                                 8 houses · 6 streets · quiet · echo 4 ms
        ┌ Town ────────────────────────────────────────────────────────────────────────────┐┌ avatar.929680e7-1b7f-4a53-9d67-0a4e0d2a6a11 ─────────────────────────────────────────────────────────────────────┐
        │  ▾ avatar                        1                                               ││dictionary of 4 fields · unchanged since you came                                                                 │
        │      929680e7-1b7f-4a53-9d67-0a… Ada  head 0.5 1.4 -0.3                          ││                                                                                                                  │
        │  ▾ interaction                   1                                               ││    playerid      "929680e7-1b7f-4a53-9d67-0a4e0d2a6a11"                                                          │
        │      web-1                       spring  on 1 atom  scale 100.0                  ││    name          "Ada"                                                                                           │
        │    scene                         at 0.0 0.0 0.0  scale 1.0 1.0 1.0               ││  ▸ color         [1.0 0.4 0.0 1.0]                                                                               │
        │  ▾ scene                         1                                               ││  ▾ components    1 element                                                                                       │
        │      box                         true                                            ││    ▾ [0]                                                                                                         │
        │  ▾ selection                     2                                               ││        name      "headset"                                                                                       │
        │      hyperballs                  "Selection" 3 atoms                             ││      ▸ position  [0.52 1.41 -0.3]                                                                                │
        │●     root                        "Root" no atoms                                 ││      ▸ rotation  [0.0 0.0 0.0 1.0]                                                                               │
        │  ▾ update                        1                                               ││                                                                                                                  │
        │      index.U                     370                                             ││                                                                                                                  │
        │  ▾ visualiser                    1                                               ││                                                                                                                  │
        │      9f2                         hyperballs → selection.hyperballs               ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  │└──────────────────────────────────────────────────────────────────────────────────────────────────────────────────┘
        │                                                                                  │┌ Activity ────────────────────────────────────────────────────────────────────────────────────────────────────────┐
        │                                                                                  ││12:00:00.000 here is the town: 8 houses in 6 streets                                                              │
        │                                                                                  ││12:00:00.000 ~ selection.root  particle_ids null → []                                                             │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        │                                                                                  ││                                                                                                                  │
        └──────────────────────────────────────────────────────────────────────────────────┘└──────────────────────────────────────────────────────────────────────────────────────────────────────────────────┘
         s set  u update  m modify  a add  d remove  c clear  / find  Enter open  Tab next pane  ? help  q quit
        """
    )
  }

  @Test("1 × 1 and no size at all draw what fits and trap nothing")
  func specks() {
    var scene = Scene(1, 1)
    scene.join(Scene.smallTown)
    #expect(scene.lines == [""])
    var nothing = Scene(0, 0)
    nothing.join(Scene.smallTown)
    #expect(nothing.lines == [])
  }

  @Test("Every small size is drawn in every state, and each key is safe in it", arguments: 0..<34)
  func everySize(columns: Int) {
    for rows in 0..<12 {
      var scene = Scene(columns, rows)
      scene.join(Scene.strangeTown)
      for key: Key in ["j", "G", .enter, "2", "G", "k", "3", "g", .enter, "1", "?", "j", "?"] {
        scene.press(key)
        #expect(scene.lines.count == rows)
      }
      for verb: Key in ["s", "a", "d", "/", "c"] {
        scene.press("G", verb)
        #expect(scene.lines.count == rows)
        scene.press(.escape, "y", .escape)
      }
      scene.lose()
      #expect(scene.lines.count == rows)
    }
  }

  @Test(
    "No text, however wide or strange, shifts a frame",
    arguments: [(80, 24), (81, 25), (200, 60)]
  )
  func framesStand(columns: Int, rows: Int) {
    var scene = Scene(columns, rows)
    scene.join(Scene.strangeTown)
    scene.change(["日本.漢字の名前がとても長い鍵です": "新しい値", "a.\u{0}": "\u{7}"])
    scene.press("o", "G", "k", "k")
    for pane in ["1", "2", "3"] as [Key] {
      scene.press(pane, "G")
      let grid = scene.model.view(scene.model.size)
      for frame in scene.model.layout.panes.values {
        for row in frame.row + 1..<frame.endRow - 1 {
          #expect(grid[frame.column, row].text == "│" && grid[frame.endColumn - 1, row].text == "│")
        }
      }
      for row in 0..<rows {
        let widths = (0..<columns).map { grid[$0, row].width }
        #expect(widths.reduce(0, +) == columns, "row \(row)")
        #expect(
          (0..<columns).allSatisfy { TextWidth.columns(of: grid[$0, row].text) == widths[$0] }
        )
      }
    }
  }

  @Test("Without colour each state still differs: the cursor, the focus, stale data")
  func mono() {
    var scene = Scene()
    scene.join(Scene.smallTown)
    func emphasis(_ column: Int, _ row: Int) -> Emphasis {
      scene.model.view(scene.model.size)[column, row].style.emphasis
    }
    #expect(emphasis(10, 2).contains(.reverse) && !emphasis(10, 3).contains(.reverse))
    #expect(emphasis(2, 1).contains(.reverse))
    scene.press(.tab)
    #expect(!emphasis(10, 2).contains(.reverse) && emphasis(10, 2).contains(.underline))
    #expect(!emphasis(2, 1).contains(.reverse) && emphasis(45, 1).contains(.reverse))
    #expect(!emphasis(6, 3).contains(.dim))
    scene.lose()
    #expect(emphasis(6, 3).contains(.dim))
  }
}
