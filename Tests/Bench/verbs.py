"""What a program does that reads or writes one key with NanoVer's Python client: `get KEY` or `set KEY JSON`."""
import json
import os
import sys
import time

from nanover.websocket.client.app_client import NanoverImdClient


def main():
    url, verb, key, *value = sys.argv[1:]
    client = NanoverImdClient.from_url(url)
    if verb == "set":
        client.set_shared_value(key, json.loads(value[0]))
        client.close()
    else:
        end = time.monotonic() + 60
        # It has no way to wait for a key, and its threads want the processor meanwhile.
        while key not in client.copy_state() and time.monotonic() < end:
            time.sleep(0.002)
        print(client.copy_state()[key])
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    main()
