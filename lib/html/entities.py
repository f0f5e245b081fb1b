"""Writes the named character references of HTML as rows of C++: {"amp;", "\\x26"}, sorted."""
import html.entities
import pathlib
import sys


def c_bytes(text):
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


output = pathlib.Path(sys.argv[1])
output.parent.mkdir(parents=True, exist_ok=True)
rows = sorted(html.entities.html5.items())
output.write_text("".join(f'{{"{name}", "{c_bytes(text)}"}},\n' for name, text in rows))
