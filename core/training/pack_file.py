"""How a pack lies on the disk: one append-only file of photos, and an index beside it.

The file is a header and then a record for each photo: marker, lengths, checksum, key, JPEG. The
index says where they are up to some point; what lies behind is found by walking over it, so a
process that is killed while it appends loses one record at most, and an index that is lost is made
again.
"""

from __future__ import annotations

import io
import os
import secrets
import struct
import zipfile
import zlib
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from core.errors import UserError
from core.project import write_atomically
from core.training.pixels import Fit

_FITS: tuple[Fit, ...] = ("pad", "crop", "stretch")
_MAGIC = b"PGPACK1\n"
_HEADER = struct.Struct("<8sIB3x16s")  # magic, side in pixels, fit, the file's own name
_MARKER = b"PHOT"
_RECORD = struct.Struct("<4sHxxII")  # marker, bytes of the key, bytes of the JPEG, CRC-32 of both


@dataclass(frozen=True)
class PackHeader:
    """What all photos of a pack have in common.

    Attributes:
        side_px: Side of each photo.
        fit: How they were made square.
        name: 16 random bytes that tell the file from others, so that no index is used for another.
    """

    side_px: int
    fit: Fit
    name: bytes

    @classmethod
    def new(cls, side_px: int, fit: Fit) -> PackHeader:
        return cls(side_px, fit, secrets.token_bytes(16))

    def to_bytes(self) -> bytes:
        return _HEADER.pack(_MAGIC, self.side_px, _FITS.index(self.fit), self.name)

    @classmethod
    def read(cls, file: BinaryIO) -> PackHeader | None:
        """The header of a file that is at its start; None where it has none."""
        data = file.read(_HEADER.size)
        if len(data) < _HEADER.size:
            return None
        magic, side_px, fit, name = _HEADER.unpack(data)
        if magic != _MAGIC or fit >= len(_FITS):
            return None
        return cls(side_px, _FITS[fit], name)


@dataclass
class PackIndex:
    """Where each photo is; a photo's row is its place in the order of appending.

    Attributes:
        rows: By key.
        offsets: Of each row's JPEG, in bytes from the file's start.
        lengths: Of each row's JPEG in bytes.
        checksums: CRC-32 of each row's key and JPEG.
        end: Where the last record that is known ends.
    """

    rows: dict[bytes, int] = field(default_factory=dict)
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    lengths: array[int] = field(default_factory=lambda: array("L"))
    checksums: array[int] = field(default_factory=lambda: array("L"))
    end: int = _HEADER.size

    def add(self, key: bytes, offset: int, length: int, checksum: int) -> None:
        self.rows[key] = len(self.offsets)
        self.offsets.append(offset)
        self.lengths.append(length)
        self.checksums.append(checksum)
        self.end = offset + length


def record(key: bytes, jpeg: bytes, checksum: int) -> bytes:
    """A photo as it is appended to a pack."""
    return _RECORD.pack(_MARKER, len(key), len(jpeg), checksum) + key + jpeg


def checksum_of(key: bytes, jpeg: bytes | memoryview) -> int:
    """By which a photo is known to be whole."""
    return zlib.crc32(jpeg, zlib.crc32(key))


def read_index(pack: Path, file: BinaryIO, header: PackHeader) -> PackIndex:
    """The index of an open pack: what is stored of it, and the whole records behind that."""
    index = _stored(pack, header, os.fstat(file.fileno()).st_size) or PackIndex()
    file.seek(index.end)
    while (found := _next_record(file)) is not None:
        key, jpeg, checksum = found
        index.add(key, file.tell() - len(jpeg), len(jpeg), checksum)
    return index


def write_index(pack: Path, header: PackHeader, index: PackIndex) -> None:
    """Stores the index; the pack must be on the disk up to its end."""
    stream = io.BytesIO()
    np.savez(
        stream,
        name=np.frombuffer(header.name, np.uint8),
        end=np.int64(index.end),
        keys=np.frombuffer(b"".join(index.rows), np.uint8),
        key_lengths=np.fromiter(map(len, index.rows), np.uint16, len(index.rows)),
        offsets=np.array(index.offsets, np.uint64),
        lengths=np.array(index.lengths, np.uint32),
        checksums=np.array(index.checksums, np.uint32),
    )
    write_atomically(_index_file(pack), stream.getvalue())


def _index_file(pack: Path) -> Path:
    return pack.with_suffix(".index")


def _stored(pack: Path, header: PackHeader, byte_count: int) -> PackIndex | None:
    """None where there is none, or not of this file as it is."""
    try:
        with np.load(_index_file(pack), allow_pickle=False) as arrays:
            read = {name: arrays[name] for name in arrays.files}
        if read["name"].tobytes() != header.name or int(read["end"]) > byte_count:
            return None
        keys = read["keys"].tobytes()
        ends = np.cumsum(read["key_lengths"], dtype=np.int64)
        begins = ends - read["key_lengths"]
        return PackIndex(
            {
                keys[begin:end]: row
                for row, (begin, end) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True))
            },
            array("Q", read["offsets"].tolist()),
            array("L", read["lengths"].tolist()),
            array("L", read["checksums"].tolist()),
            int(read["end"]),
        )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None


def _next_record(file: BinaryIO) -> tuple[bytes, bytes, int] | None:
    """Key, JPEG and checksum; None at the end and where the file is torn."""
    head = file.read(_RECORD.size)
    if len(head) < _RECORD.size:
        return None
    marker, key_length, length, checksum = _RECORD.unpack(head)
    if marker != _MARKER:
        return None
    body = file.read(key_length + length)
    key, jpeg = body[:key_length], body[key_length:]
    if len(body) < key_length + length or checksum_of(key, jpeg) != checksum:
        return None
    return key, jpeg, checksum


def not_a_pack(file: Path) -> UserError:
    """What to say of a file that is no pack."""
    return UserError(
        "This is no pack of photos, or a damaged one",
        path=file,
        remedy="Delete it: it is a cache, and the next run makes it again.",
    )
