#!/usr/bin/env python3
"""Draws the app's icons: five tesserae set as a T on a marble plate; the bronze one is the token that is handed over.

Run it in this folder (`python3 draw.py`); it needs ImageMagick's `convert`. Everything else here is its output.
"""
import pathlib
import struct
import subprocess

# In sixteenths of the icon's side, as (x, y); each tile is 2.6 wide with joints of 0.5, centered on the plate.
TILE, STEP, LEFT, TOP = 2.6, 3.1, 3.6, 3.6
TILES = [(0, 0, "#15857b"), (1, 0, "#15857b"), (2, 0, "#b67a1f"), (1, 1, "#15857b"), (1, 2, "#15857b")]
PLATE, EDGE = "#f3f5f3", "#d3dad6"


def draw(side: int) -> bytes:
    """A PNG of side x side pixels, drawn eight times larger and scaled down."""
    big = side * 8
    unit = big / 16

    def box(x: float, y: float, size: float, radius: float) -> str:
        x1, y1, x2, y2, r = (v * unit for v in (x, y, x + size, y + size, radius))
        return f"roundrectangle {x1:.2f},{y1:.2f} {x2 - 1:.2f},{y2 - 1:.2f} {r:.2f},{r:.2f}"

    command = ["convert", "-size", f"{big}x{big}", "xc:none", "-fill", EDGE, "-draw", box(0.5, 0.5, 15, 3)]
    command += ["-fill", PLATE, "-draw", box(0.75, 0.75, 14.5, 2.8)]
    for column, row, color in TILES:
        command += ["-fill", color, "-draw", box(LEFT + column * STEP, TOP + row * STEP, TILE, 0.45)]
    command += ["-filter", "Box", "-resize", f"{side}x{side}", "-strip", "-depth", "8", "png32:-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def ico(images: dict[int, bytes]) -> bytes:
    """Windows' container, with PNG pictures."""
    head, body = struct.pack("<HHH", 0, 1, len(images)), b""
    for side, png in images.items():
        head += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(png), 6 + 16 * len(images) + len(body))
        body += png
    return head + body


def icns(images: dict[bytes, bytes]) -> bytes:
    """Apple's container, with PNG pictures."""
    body = b"".join(kind + struct.pack(">I", 8 + len(png)) + png for kind, png in images.items())
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def main() -> None:
    here = pathlib.Path(__file__).parent
    png = {side: draw(side) for side in (16, 24, 32, 48, 64, 128, 256, 512)}
    for side in (32, 128, 256, 512):
        (here / f"{side}x{side}.png").write_bytes(png[side])
    (here / "icon.ico").write_bytes(ico({side: png[side] for side in (16, 24, 32, 48, 64, 256)}))
    kinds = {b"ic11": 32, b"ic12": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512}
    (here / "icon.icns").write_bytes(icns({kind: png[side] for kind, side in kinds.items()}))


if __name__ == "__main__":
    main()
