"""The module against a real town, by the program that is installed with it."""

from __future__ import annotations

import math
import os
import runpy
import tempfile
import threading
import time
import unittest
from pathlib import Path

import townhall

EXAMPLE = Path(__file__).parents[1] / "example.py"


class ValueTests(unittest.TestCase):
    def test_what_json_does_not_know(self) -> None:
        value: townhall.Value = {
            "a": float("inf"),
            "b": [-float("inf"), b"\x00\xff"],
            'b64"AA=="': 'b64"AA==" "',
            "c": b"",
        }
        self.assertEqual(townhall.parse(townhall.text(value)), value)
        self.assertTrue(math.isnan(townhall.parse("NaN")))

    def test_whole_numbers_stay_whole(self) -> None:
        self.assertEqual(townhall.text([1, 1.0, True, None]), "[1, 1.0, true, null]")
        self.assertEqual(repr(townhall.parse("[1, 1.0]")), "[1, 1.0]")

    def test_what_a_town_does_not_hold(self) -> None:
        with self.assertRaises(TypeError):
            townhall.text({"a": {1, 2}})  # type: ignore[dict-item]
        with self.assertRaises(TypeError):
            townhall.text({1: 2})  # type: ignore[dict-item]

    def test_what_offers_a_list(self) -> None:
        class Numbers:
            def tolist(self) -> list[int]:
                return [1, 2]

        self.assertEqual(townhall.text(Numbers()), "[1, 2]")  # type: ignore[arg-type]


class TownTests(unittest.TestCase):
    def setUp(self) -> None:
        self.town = townhall.serve()
        self.addCleanup(self.town.close)

    def test_verbs(self) -> None:
        town = self.town
        value: townhall.Value = {"display_name": "Pair \N{SNOWMAN}", "particle_ids": [1, 2], "raw": b"\x01", "far": float("inf")}
        town.set("selection.a", value)
        self.assertEqual(town.get("selection.a"), value)
        self.assertEqual(town.get("selection.a", "particle_ids[1]"), 2)
        town.update("selection.a", {"display_name": "B"}, hide=True)
        self.assertEqual(town.get("selection.a", "display_name"), "B")
        self.assertIs(town.get("selection.a", "hide"), True)
        key = town.add("selection.", {})
        self.assertEqual(town.keys("selection."), sorted([key, "selection.a"]))
        self.assertEqual(set(town.dump()), {key, "selection.a"})
        town.remove(key)
        town.clear("selection.")
        self.assertEqual(town.keys(), [])

    def test_names_that_begin_like_options(self) -> None:
        self.town.set("--help", -1)
        self.assertEqual(self.town.get("--help"), -1)
        self.town.remove("--help")

    def test_errors_by_exit_code(self) -> None:
        town = self.town
        with self.assertRaises(townhall.NotFoundError) as absent:
            town.get("nobody")
        self.assertEqual((absent.exception.status, str(absent.exception)), (1, 'no house "nobody" in this town'))
        self.assertIsNone(town.get("nobody", default=None))
        with self.assertRaises(townhall.UsageError):
            town.clear("selection")
        with self.assertRaises(townhall.RefusedError):
            town.run("fly")
        with self.assertRaises(townhall.UsageError):
            townhall.serve(host="0.0.0.0")
        town.close()
        with self.assertRaises(townhall.NoTownError):
            townhall.join("ws://127.0.0.1:1")

    def test_commands(self) -> None:
        [command] = [c for c in self.town.commands() if c.name == "multiuser/radially-orient-origins"]
        self.assertEqual(command.arguments, {"radius": 1.0})
        self.assertIsNone(self.town.run(command.name, radius=0.5))

    def test_load_diff_and_restore(self) -> None:
        town = self.town
        town.load({"selection.a": {"n": 1}, "scene": None})
        before = town.dump()
        self.assertEqual(townhall.diff(before, town), [])
        town.set("selection.a", {"n": 2})
        town.remove("scene")
        differences = {d.key: d for d in town.diff(before)}
        self.assertEqual(
            differences["selection.a"], townhall.Difference("selection.a", "n", 2, 1, True, True)
        )
        # None lived there, and nobody does now.
        self.assertEqual(differences["scene"], townhall.Difference("scene", None, None, None, False, True))
        self.assertEqual(len(townhall.diff(before, town, only="selection.*")), 1)
        with tempfile.TemporaryDirectory() as state:
            os.environ["XDG_STATE_HOME"] = state
            self.addCleanup(os.environ.pop, "XDG_STATE_HOME")
            townhall.restore(before, town)
            self.assertEqual(town.dump(), before)
            town.undo_restore()
        self.assertEqual(town.get("selection.a", "n"), 2)

    def test_watch_and_wait(self) -> None:
        town = self.town
        town.set("a.1", 1)
        changes = town.watch("a.", initial=True, count=3, timeout=20)
        self.assertEqual((first := next(changes)).value, 1)
        self.assertEqual((first.change, first.key), ("added", "a.1"))
        town.set("a.1", 2)
        town.remove("a.1")
        self.assertEqual([(c.change, c.old) for c in changes], [("changed", 1), ("removed", 2)])
        with self.assertRaises(townhall.NotFoundError):
            list(town.watch("a.", count=1, timeout=0.2))
        with self.assertRaises(townhall.NotFoundError):
            town.wait("a.2", timeout=0.2)
        later = threading.Timer(0.3, lambda: town.set("a.2", "x"))
        later.start()
        self.assertEqual(town.wait("a.2", "x", timeout=20), "x")
        later.join()

    def test_a_watch_that_is_left(self) -> None:
        changes = self.town.watch(initial=True)
        self.town.set("a", 1)
        next(changes)
        changes.close()  # type: ignore[attr-defined]

    def test_record(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            with townhall.record(f"{folder}/session", self.town) as recording:
                self.town.set("a", 1)
                self.town.mark("here")
                self.town.set("a", 2)
                time.sleep(0.3)
            self.assertEqual(recording.path, f"{folder}/session.nanover.zip")
            self.assertEqual(townhall.dump(recording.path)["a"], 2)
            self.assertIn("a", townhall.dump(Path(f"{recording.path}@here")))
            with townhall.serve(replay=recording.path) as played:
                self.assertTrue(played.address.startswith("ws://"))

    def test_a_recording_that_cannot_be(self) -> None:
        with self.assertRaises(townhall.UsageError):
            self.town.record("/nonexistent/session")

    def test_select_where_nobody_simulates(self) -> None:
        with self.assertRaises(townhall.NotFoundError):
            townhall.select("water", "resname HOH", self.town)

    def test_keep(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            with townhall.serve(keep=folder) as town:
                town.set("a", 1)
            with townhall.serve(keep=folder) as town:
                self.assertEqual(town.get("a"), 1)

    def test_the_town_closes_with_its_block(self) -> None:
        with townhall.serve(residents=True) as town:
            self.assertTrue(town.wait("simulation.name", timeout=20) or True)
            address = town.address
        with self.assertRaises(townhall.NoTownError):
            townhall.join(address)

    def test_tokens(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            access = f"{folder}/town.access"
            from townhall._program import run

            owner = run(["token", "new", "owner", "--access", access]).strip()
            with townhall.serve(options=["--access", access]) as town:
                with self.assertRaises(townhall.TownhallError):
                    townhall.join(town.address)
                townhall.join(town.address, token=owner).set("a", 1)

    def test_example(self) -> None:
        """On a town of its own; with TOWNHALL_TOWN on that one."""
        runpy.run_path(str(EXAMPLE))


if __name__ == "__main__":
    unittest.main()
