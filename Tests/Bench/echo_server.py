"""A bare WebSocket server that sends each message back: what a wire, a system and Python cost without any state."""
import asyncio

from websockets.asyncio.server import serve

from values import emit


async def main():
    async def echo(socket):
        async for message in socket:
            await socket.send(message)

    async with serve(echo, "127.0.0.1", 0, compression=None) as server:
        emit({"url": f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"})
        await asyncio.sleep(900)


if __name__ == "__main__":
    asyncio.run(main())
