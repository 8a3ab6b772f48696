#!/bin/sh
# Dump the database into a folder, then remove dumps older than KEEP_DAYS (30): dump.sh FOLDER
# Restore one: pg_restore --clean --if-exists --no-owner --dbname=ADDRESS FILE (docs/scaling.md, "Backups").
set -eu
umask 077
cd "$1"
name=news-$(date -u +%Y-%m-%dT%H%M%SZ).dump
pg_dump --format=custom --file="$name.part" --dbname="$ASSISTANT_DATA"
# Its list of contents can be read.
pg_restore --list "$name.part" >/dev/null
mv "$name.part" "$name"
# Only now, when the new one is whole, older ones go, and parts that were left by a killed dump.
find . -maxdepth 1 -name 'news-*.dump*' -mtime "+${KEEP_DAYS:-30}" -delete
echo "Wrote $name."
