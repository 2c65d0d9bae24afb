#!/usr/bin/env python3
"""A reverse proxy that sends each request to a random backend, as the worst load balancer would.

    spread.py --listen HOST:PORT --to URL --to URL …

Prints one line when it listens. Bytes pass unchanged in both directions, the Host header included.
What is not plainly one well-framed HTTP/1.1 request (so that nobody could say where the next one
begins) ties its connection to one backend until it ends.
"""
import argparse
import asyncio
import contextlib
import random
import re
import sys
import threading
import urllib.parse

MAX_HEAD = 65536
HEAD_WITHIN_S = 1  # the backend judges a slower one
KEPT_IDLE_S = 30  # less than the backends keep a connection
LINGER_S = 2
BLOCK = 65536

REQUEST_LINE = re.compile(rb"([!#-'*+.^-z|~A-Z0-9-]+) \S+ HTTP/1\.1")
STATUS_LINE = re.compile(rb"HTTP/1\.1 (\d{3})(?: .*)?")
FIELD = re.compile(rb"([!#-'*+.^-z|~A-Z0-9-]+):[ \t]*(.*?)[ \t]*")
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[ \t]*;[^\r\n]*)?\r\n")


class Unclear(Exception):
    """Not plainly framed; `seen` was taken from the reader already."""

    def __init__(self, seen=b""):
        super().__init__()
        self.seen = seen


class Head:
    """The first line and the fields that frame a message; raises Unclear."""

    def __init__(self, raw, first_line):
        self.raw = raw
        line, *fields = raw[:-4].split(b"\r\n")
        self.first = first_line.fullmatch(line)
        matches = [FIELD.fullmatch(field) for field in fields]
        if not self.first or not all(matches):
            raise Unclear(raw)
        self.fields = [(match[1].lower(), match[2]) for match in matches]
        lengths, codings = self.values(b"content-length"), self.values(b"transfer-encoding")
        if lengths and codings or len(lengths) > 1 or len(codings) > 1:
            raise Unclear(raw)
        if lengths and not re.fullmatch(rb"\d{1,12}", lengths[0]) or codings not in ([], [b"chunked"]):
            raise Unclear(raw)
        self.length = int(lengths[0]) if lengths else None
        self.chunked = bool(codings)

    def values(self, name):
        return [value for field, value in self.fields if field == name]

    def closes(self):
        return any(b"close" in value.lower() for value in self.values(b"connection"))


async def read_head(reader, first_line):
    """None at the end of the connection."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise Unclear(error.partial) from None
    except asyncio.LimitOverrunError:
        raise Unclear from None
    return Head(raw, first_line)


async def send(writer, data):
    writer.write(data)
    await writer.drain()


async def copy_until_end(reader, writer):
    while data := await reader.read(BLOCK):
        await send(writer, data)


async def copy_length(reader, writer, length):
    while length:
        data = await reader.read(min(length, BLOCK))
        if not data:
            raise ConnectionError
        await send(writer, data)
        length -= len(data)


async def copy_chunked(reader, writer):
    size = None
    while size != 0:
        try:
            line = await reader.readuntil(b"\r\n")
        except asyncio.IncompleteReadError as error:
            raise Unclear(error.partial) from None
        except asyncio.LimitOverrunError:
            raise Unclear from None
        match = CHUNK_LINE.fullmatch(line)
        if not match:
            raise Unclear(line)
        size = int(match[1], 16)
        await send(writer, line)
        if size:
            await copy_length(reader, writer, size + 2)
    line = await reader.readline()
    if line != b"\r\n":
        raise Unclear(line)
    await send(writer, line)


async def copy_request_body(head, reader, writer):
    if head.chunked:
        try:
            await copy_chunked(reader, writer)
        except Unclear as unclear:  # the backend will refuse it and close
            await send(writer, unclear.seen)
            await copy_until_end(reader, writer)
            raise ConnectionError from None
    elif head.length:
        await copy_length(reader, writer, head.length)


async def copy_response(method, reader, writer):
    """Returns whether another request may follow on the backend's connection."""
    while True:
        head = await read_head(reader, STATUS_LINE)
        if head is None:
            raise ConnectionError
        await send(writer, head.raw)
        status = int(head.first[1])
        if status >= 200:
            break
    if method == b"HEAD" or status in (204, 304):
        pass
    elif head.chunked:
        await copy_chunked(reader, writer)
    elif head.length is not None:
        await copy_length(reader, writer, head.length)
    else:
        await copy_until_end(reader, writer)
        return False
    return not head.closes()


async def end(writer, reader=None):
    """Closes the connection; with `reader`, in such a way that the other side still gets the last
    data."""
    with contextlib.suppress(OSError, asyncio.TimeoutError):
        if reader and writer.can_write_eof():
            writer.write_eof()

            async def drop():
                while await reader.read(BLOCK):
                    pass

            await asyncio.wait_for(drop(), LINGER_S)
    writer.close()


class Spread:
    def __init__(self, backends):
        self.backends = backends  # (host, port)
        self.idle = {backend: [] for backend in backends}
        self.connections = set()

    async def connect(self, backend):
        return await asyncio.open_connection(*backend, limit=MAX_HEAD)

    async def take(self, backend):
        now = asyncio.get_running_loop().time()
        while self.idle[backend]:
            reader, writer, since = self.idle[backend].pop()
            if not reader.at_eof() and not writer.is_closing() and now - since < KEPT_IDLE_S:
                return reader, writer
            writer.close()
        return await self.connect(backend)

    def keep(self, backend, reader, writer):
        self.idle[backend].append((reader, writer, asyncio.get_running_loop().time()))

    def drop_idle(self):
        for connections in self.idle.values():
            while connections:
                connections.pop()[1].close()

    async def serve(self, reader, writer):
        task = asyncio.current_task()
        self.connections.add(task)
        try:
            while await self.one_request(reader, writer):
                pass
        except Unclear as unclear:
            with contextlib.suppress(OSError):
                await self.tie(unclear.seen, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.connections.discard(task)
            writer.close()

    async def one_request(self, reader, writer):
        """Returns whether another may follow."""
        first = await reader.read(1)
        if not first:
            return False
        try:
            head = await asyncio.wait_for(self.rest_of_head(first, reader), HEAD_WITHIN_S)
        except asyncio.TimeoutError:
            raise Unclear(first) from None
        backend = random.choice(self.backends)
        backend_reader, backend_writer = await self.take(backend)
        upload = None
        try:
            await send(backend_writer, head.raw)
            upload = asyncio.create_task(copy_request_body(head, reader, backend_writer))
            more = await copy_response(head.first[1], backend_reader, writer)
            if more and not upload.done():  # it was answered early, and the rest is read and dropped
                await asyncio.wait([upload], timeout=LINGER_S)
            if more and upload.done() and not upload.exception():
                self.keep(backend, backend_reader, backend_writer)
                backend_writer = None
                return True
            upload.cancel()
            await asyncio.gather(upload, return_exceptions=True)
            await end(writer, reader)
            return False
        except Unclear:  # the backend's answer: the client gets no more of it
            raise ConnectionError from None
        finally:
            if upload:
                upload.cancel()
                await asyncio.gather(upload, return_exceptions=True)
            if backend_writer:
                backend_writer.close()

    @staticmethod
    async def rest_of_head(first, reader):
        try:
            raw = first + await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            raise Unclear(first + error.partial) from None
        except asyncio.LimitOverrunError:
            raise Unclear(first) from None
        return Head(raw, REQUEST_LINE)

    async def tie(self, seen, reader, writer):
        """From here on all bytes are relayed to and from one backend."""
        backend_reader, backend_writer = await self.connect(random.choice(self.backends))

        async def forward():
            with contextlib.suppress(OSError):
                await send(backend_writer, seen)
                await copy_until_end(reader, backend_writer)
                backend_writer.write_eof()

        upload = asyncio.create_task(forward())
        try:
            with contextlib.suppress(ConnectionResetError):
                await copy_until_end(backend_reader, writer)
            upload.cancel()
            await asyncio.gather(upload, return_exceptions=True)
            await end(writer, reader)
        finally:
            upload.cancel()
            backend_writer.close()

    async def listen(self, host, port):
        return await asyncio.start_server(self.serve, host, port, limit=MAX_HEAD, backlog=1024)


def address_of(url):
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port


class Spreader:
    """The proxy on a free port in a thread of its own; `url` is its address."""

    def __init__(self, urls, host="127.0.0.1", port=0):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.spread = Spread([address_of(url) for url in urls])
        self.server = self._run(self.spread.listen(host, port))
        self.port = self.server.sockets[0].getsockname()[1]
        self.url = f"http://{host}:{self.port}"

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def stop(self):
        async def close():
            self.server.close()
            connections = list(self.spread.connections)
            for task in connections:
                task.cancel()
            await asyncio.gather(*connections, return_exceptions=True)
            self.spread.drop_idle()

        self._run(close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


def main():
    parser = argparse.ArgumentParser(description="Sends each request to a random backend.")
    parser.add_argument("--listen", required=True, metavar="HOST:PORT")
    parser.add_argument("--to", required=True, action="append", metavar="URL")
    options = parser.parse_args()
    host, _, port = options.listen.rpartition(":")

    async def run():
        server = await Spread([address_of(url) for url in options.to]).listen(host, int(port))
        at = server.sockets[0].getsockname()
        print(f"spreading on http://{at[0]}:{at[1]}", flush=True)
        await server.serve_forever()

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
