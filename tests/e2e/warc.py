"""Reads WARC files as somebody else would: nothing here knows how ours are written."""

import base64
import collections
import gzip
import hashlib
import json
import pathlib
import re
import subprocess
import zlib

Record = collections.namedtuple("Record", "file offset kind url status fields block")


class Damage(Exception):
    pass


def members(path):
    """(offset, bytes) of each gzip member; without compression, of each record."""
    data = pathlib.Path(path).read_bytes()
    if ".zst" in pathlib.Path(path).suffixes:
        data = subprocess.run(["zstd", "-dc"], input=data, capture_output=True, check=True).stdout
    at = 0
    while not data.startswith(b"\x1f\x8b") and at < len(data):
        head = data.index(b"\r\n\r\n", at) + 4
        end = head + int(re.search(rb"\r\nContent-Length: (\d+)\r\n", data[at:head])[1]) + 4
        yield at, data[at:end]
        at = end
    while at < len(data):
        inflater = zlib.decompressobj(wbits=31)
        text = inflater.decompress(data[at:]) + inflater.flush()
        if not inflater.eof:
            raise Damage(f"{path}: the member at {at} is cut")
        yield at, text
        at = len(data) - len(inflater.unused_data)


def records(path):
    for offset, text in members(path):
        head, separator, rest = text.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        length = int(fields["Content-Length"])
        block = rest[:length]
        if not separator or lines[0] != "WARC/1.1" or rest[length:] != b"\r\n\r\n":
            raise Damage(f"{path}: the record at {offset} is no record")
        check_digest(path, offset, fields.get("WARC-Block-Digest"), block)
        kind = fields["WARC-Type"]
        status = int(block.split(b" ", 2)[1]) if kind in ("response", "revisit") else 0
        yield Record(pathlib.Path(path).name, offset, kind, fields.get("WARC-Target-URI", ""),
                     status, fields, block)


def check_digest(path, offset, label, block):
    algorithm, value = label.split(":")
    if base64.b32encode(hashlib.new(algorithm, block).digest()).decode() != value:
        raise Damage(f"{path}: the block at {offset} is not what its digest says")


def archive(directory):
    """All records of the sealed files, held against their indexes."""
    found = []
    for path in sorted(pathlib.Path(directory).glob("*.warc.gz")):
        with gzip.open(path) as whole:  # `gzip -t`
            while whole.read(1 << 20):
                pass
        of_file = list(records(path))
        found += of_file
        lines = path.with_name(path.name.removesuffix(".warc.gz") + ".cdxj").read_text()
        if lines.splitlines() != sorted(lines.splitlines()):
            raise Damage(f"the index of {path} is not sorted")
        indexed = {(line["url"], int(line["offset"]), line["status"]) for line in
                   (json.loads(text.split(" ", 2)[2]) for text in lines.splitlines())}
        pages = {(r.url, r.offset, str(r.status)) for r in of_file
                 if r.kind in ("response", "revisit")}
        if indexed != pages:
            raise Damage(f"the index of {path} is not that of its records: {indexed ^ pages}")
    return found


def count_by_warcio(test, directory):
    """The records that an independent reader finds; `test` is skipped where it is not installed."""
    try:
        from warcio.archiveiterator import ArchiveIterator
    except ImportError:
        test.skipTest("warcio is not installed")
    count = 0
    for path in pathlib.Path(directory).glob("*.warc.gz"):
        with open(path, "rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                record.content_stream().read()
                count += 1
    return count
