"""case.py: plays a story into a capture and writes its case: capture, truth and page."""
import datetime
import os
import pathlib
import subprocess
import tempfile

from wire import Capture

CAPTURES = pathlib.Path(__file__).resolve().parents[2]
START = datetime.datetime(2026, 11, 21, 4, 30, tzinfo=datetime.timezone.utc).timestamp()


def iso(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%fZ')


def write(name, play, seed, story, readable, expected, decisive, recipe, allowed=''):
    """expected: (detection, source, accounts) triples, none for a benign case; decisive: lines WHAT | DISPLAY FILTER."""
    capture = Capture(START, seed)
    play(capture)
    folder = CAPTURES / name
    folder.mkdir(exist_ok=True)
    capture.write(folder / 'capture.pcapng')
    with tempfile.TemporaryDirectory() as scratch:
        lines, table = pathlib.Path(scratch, 'expected'), pathlib.Path(scratch, 'decisive')
        lines.write_text(''.join('\t'.join(entry) + f'\t{iso(START)}\t{iso(capture.now)}\n' for entry in expected))
        table.write_text(''.join(line + '\n' for line in decisive))
        environment = dict(os.environ, STORY=story, READABLE=readable, BENIGN='false' if expected else 'true', ALLOWED=allowed)
        subprocess.run([CAPTURES / 'lab' / 'write-case', folder, 'synthetic', lines, table, recipe], check=True, env=environment)
