"""A server of NetworkTables (ntcore) at its quickest: it flushes whenever it hears of a change; tells its address."""
import os
import tempfile

from processes import free_port, wait_for_parent, wait_port
from values import emit


def main():
    try:
        import ntcore
    except ImportError:
        emit({"missing": "pyntcore is missing"})
        return
    tables = ntcore.NetworkTableInstance.create()
    old_port, port = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="bench-ntcore-") as folder:
        tables.startServer(f"{folder}/networktables.json", "127.0.0.1", old_port, port)
        options = ntcore.PubSubOptions(periodic=0.005, sendAll=True, keepDuplicates=True, pollStorage=1000)
        all_topics = ntcore.MultiSubscriber(tables, ["/state/"], options)
        tables.addListener(all_topics, ntcore.EventFlags.kValueRemote, lambda _: tables.flush())
        wait_port(port)
        emit({"url": f"nt://127.0.0.1:{port}"})
        wait_for_parent(900)
    os._exit(0)


if __name__ == "__main__":
    main()
