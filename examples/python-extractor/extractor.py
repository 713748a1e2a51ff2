"""A landmark extractor for the A3CP camera feed: the direct transport, with a mock in place of the landmarks.

The contract is docs/integration/downstream.md. Needs Python 3.11 and websockets 10.
"""

import asyncio
import contextlib
import hmac
import json
import os
import signal
import struct
from http import HTTPStatus

import websockets

# Bounds of this process. A user and a session have a share of the captures, so that one user cannot take all.
MAX_CAPTURES = 20
MAX_CAPTURES_OF_USER = 5
MAX_CAPTURES_OF_SESSION = 3
MAX_WAITING_FRAMES = 8

# A frame of 300,000 bytes and its header.
MAX_MESSAGE_BYTES = 2 + 10_240 + 300_000

# A gateway is lost if it answers no ping for so long. websockets closes its connection then.
PING_INTERVAL_S = 1
GATEWAY_LOST_S = 8

# How long the captures that run may take when the process is told to stop.
STOP_S = 27

SECRET = os.environ.get("LANDMARK_STREAM_SECRET", "")


class BrokenPicture(Exception):
    """The JPEG cannot be decoded."""


class NotTheFraming(Exception):
    """The gateway sent what is no message of the contract."""


def find_landmarks(jpeg: bytes, width: int, height: int) -> list[tuple[float, float]]:
    """The mock: put your model here. It runs in a thread. It must check the size of the picture before it decodes it."""
    if b"\xff\xda" not in jpeg:
        raise BrokenPicture  # a JPEG without a scan
    return [(0.5, 0.5)]


def deliver(ended_as: str, frames: int, results: dict[int, list[tuple[float, float]]]) -> None:
    """Receives what was found in one capture: pass it to your platform. Never log an identifier of a client."""
    print(f"{ended_as}: {frames} frames, {len(results)} with landmarks", flush=True)


class Capture:
    """One capture, from its open to its end. It ends once; whatever ends it later changes nothing."""

    def __init__(self, fields: dict) -> None:
        self.capture_id = text(fields, "capture_id")
        self.user_id = text(fields, "user_id")
        self.session_id = text(fields, "session_id")
        self.width = whole(fields, "width", 1)
        self.height = whole(fields, "height", 1)
        self.owned = 0
        self.broken = False
        self.ended_as: str | None = None
        self.room = asyncio.Semaphore(MAX_WAITING_FRAMES)
        self.waiting: asyncio.Queue = asyncio.Queue()
        self.results: dict[int, list[tuple[float, float]]] = {}

    def end(self, ended_as: str) -> None:
        """The frames that wait are still looked at: an end is acknowledged at once."""
        if self.ended_as is None:
            self.ended_as = ended_as
            running.pop(self.capture_id, None)
            self.waiting.put_nowait(None)


# The captures that run, by their capture_id.
running: dict[str, Capture] = {}
stopping = asyncio.Event()


class Stream:
    """The WebSocket of one gateway for one capture."""

    def __init__(self, socket) -> None:
        self.socket = socket
        self.capture: Capture | None = None
        self.worker: asyncio.Task | None = None
        self.answering = False
        self.refused = False

    async def serve(self) -> None:
        try:
            async for message in self.socket:
                self.answering = True
                answer = await self.answer(message)
                self.answering = False
                if answer:
                    await self.socket.send(json.dumps(answer))
        except NotTheFraming:
            await self.socket.close(1008, "not the direct framing")
        except websockets.ConnectionClosed:
            pass
        finally:
            if self.capture:
                self.capture.end("capture.abort gateway_lost")
                await self.worker

    async def answer(self, message: str | bytes) -> dict | None:
        """The answer to one message; None after the gateway knows that the capture failed."""
        if isinstance(message, bytes):
            header, jpeg = read_frame(message)
            return await self.frame(header, jpeg)
        fields = read_json(message)
        match fields.get("event"):
            case "capture.open":
                return self.open(fields)
            case "capture.close" | "capture.abort" as event:
                return self.end(event, fields)
            case _:
                raise NotTheFraming

    def open(self, fields: dict) -> dict:
        if fields.get("v") != 1:
            raise NotTheFraming
        capture = Capture(fields)
        if self.capture or capture.capture_id in running:
            return nak("duplicate_capture")
        others = running.values()
        if sum(other.user_id == capture.user_id for other in others) >= MAX_CAPTURES_OF_USER:
            return nak("share_exceeded")
        if sum(other.session_id == capture.session_id for other in others) >= MAX_CAPTURES_OF_SESSION:
            return nak("share_exceeded")
        if len(running) >= MAX_CAPTURES or stopping.is_set():
            return nak("busy")
        self.capture = running[capture.capture_id] = capture
        self.worker = asyncio.create_task(self.work(capture))
        return {"event": "open.ack"}

    async def frame(self, header: dict, jpeg: bytes) -> dict | None:
        capture = self.capture
        seq = whole(header, "seq", 1)
        byte_length = whole(header, "byte_length", 1)
        if not capture or capture.ended_as or text(header, "capture_id") != capture.capture_id:
            return nak("unknown_capture")
        if self.refused:
            return None
        if seq != capture.owned + 1:
            return nak("bad_seq")
        if byte_length != len(jpeg):
            return nak("length_mismatch")
        # a late answer slows the client down
        await capture.room.acquire()
        if capture.broken:
            self.refused = True
            return nak("frame_undecodable")
        capture.waiting.put_nowait((seq, jpeg))
        capture.owned = seq
        return {"event": "frame.ack", "seq": seq}

    def end(self, event: str, fields: dict) -> dict:
        capture = self.capture
        if not capture or text(fields, "capture_id") != capture.capture_id:
            return nak("unknown_capture")
        if capture.broken and event == "capture.close" and not capture.ended_as:
            capture.end("capture.abort forward_failed")
            return nak("frame_undecodable")
        capture.end(f"{event} {fields.get('error_code') or ''}".strip())
        return {"event": "end.ack"}

    async def work(self, capture: Capture) -> None:
        """Finds the landmarks of every frame that the extractor owns, in its own time."""
        while frame := await capture.waiting.get():
            seq, jpeg = frame
            try:
                if not capture.broken:
                    capture.results[seq] = await asyncio.to_thread(find_landmarks, jpeg, capture.width, capture.height)
            except BrokenPicture:
                capture.broken = True
                await self.tell_broken(capture)
            except Exception as error:  # whatever the model throws
                capture.broken = True
                print(f"find_landmarks failed: {type(error).__name__}", flush=True)
                await self.socket.close(1011)
            finally:
                capture.room.release()
        deliver(capture.ended_as, capture.owned, capture.results)

    async def tell_broken(self, capture: Capture) -> None:
        """Refuses the capture at once if no request waits for its answer. Else that answer does."""
        if not self.answering and not capture.ended_as:
            self.refused = True
            with contextlib.suppress(websockets.ConnectionClosed):
                await self.socket.send(json.dumps(nak("frame_undecodable")))


def nak(code: str) -> dict:
    return {"event": "nak", "code": code}


def read_frame(message: bytes) -> tuple[dict, bytes]:
    """A 16-bit big-endian header length, the header as UTF-8 JSON, the JPEG."""
    if len(message) < 2:
        raise NotTheFraming
    (length,) = struct.unpack_from(">H", message)
    if len(message) < 2 + length:
        raise NotTheFraming
    return read_json(message[2 : 2 + length]), message[2 + length :]


def read_json(content: str | bytes) -> dict:
    try:
        fields = json.loads(content)
    except ValueError:
        raise NotTheFraming from None
    if not isinstance(fields, dict):
        raise NotTheFraming
    return fields


def text(fields: dict, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or len(value) > 256:
        raise NotTheFraming
    return value


def whole(fields: dict, name: str, least: int) -> int:
    value = fields.get(name)
    if type(value) is not int or value < least:
        raise NotTheFraming
    return value


async def admit(_path: str, headers: websockets.Headers):
    """Refuses browsers, and gateways without the secret. A result refuses the WebSocket."""
    if "Origin" in headers:
        return HTTPStatus.FORBIDDEN, [], b""
    if SECRET and not hmac.compare_digest(headers.get("Authorization", "").encode(), f"Bearer {SECRET}".encode()):
        return HTTPStatus.UNAUTHORIZED, [], b""
    return None


async def main() -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    server = await websockets.serve(
        lambda socket: Stream(socket).serve(),
        os.environ.get("HOST", "127.0.0.1"),
        int(os.environ.get("PORT", "3002")),
        process_request=admit,
        compression=None,
        max_size=MAX_MESSAGE_BYTES,
        max_queue=1,
        ping_interval=PING_INTERVAL_S,
        ping_timeout=GATEWAY_LOST_S,
    )
    host, port, *_ = server.sockets[0].getsockname()
    print(f"Listening on ws://{host}:{port}/", flush=True)
    await stopping.wait()
    for _ in range(STOP_S * 10):
        if not running:
            break
        await asyncio.sleep(0.1)
    server.close()
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(main())
