"""A Python product's way with its files: sqlite3 from the standard library, one
connection per task, scripts applied in the order of their names and noted in
_migrations. Prints one line of JSON."""

import json
import os
import sqlite3
import sys
from datetime import datetime
from pathlib import Path


def connect(file):
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(str(file), timeout=30)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def migrate(connection, scripts):
    connection.execute(
        "CREATE TABLE IF NOT EXISTS _migrations "
        "(name TEXT PRIMARY KEY, applied_at TEXT DEFAULT CURRENT_TIMESTAMP)"
    )
    done = {name for (name,) in connection.execute("SELECT name FROM _migrations")}
    applied = []
    for script in sorted(scripts.glob("*.sql")):
        if script.name not in done:
            connection.executescript(script.read_text())
            connection.execute("INSERT INTO _migrations (name) VALUES (?)", (script.name,))
            connection.commit()
            applied.append(script.name)
    return applied


def write(connection, names):
    for name in names:
        connection.execute(
            "INSERT INTO items (name, opened, added_at) VALUES (?, ?, ?)",
            (name, True, datetime(2026, 1, 31, 9, 30, 0, 123456).isoformat(" ")),
        )
        connection.commit()


task, file, scripts, *names = sys.argv[1:]
connection = connect(Path(file))
applied = migrate(connection, Path(scripts))
if task == "serve":
    write(connection, names)
    connection.close()
elif task == "be-killed":
    # What is written is in the -wal alone, and nobody tidies up.
    connection.execute("PRAGMA wal_autocheckpoint=0")
    write(connection, names)
    os._exit(0)
elif task == "read":
    rows = connection.execute("SELECT name, added_at FROM items ORDER BY id").fetchall()
    parsed = [str(datetime.fromisoformat(at)) for _, at in rows] if sys.version_info >= (3, 11) else None
    print(json.dumps({"applied": applied, "names": [name for name, _ in rows], "added": parsed}))
    connection.close()
