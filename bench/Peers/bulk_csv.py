"""The usual Python repository: rows as dictionaries, CSV in memory, asyncpg's COPY. One line in, one line out."""
import asyncio
import csv
import io
import json
import sys
import time

import asyncpg

COLUMNS = [
    "id", "organization_id", "project_id", "uploaded_by_user_id", "kind", "file_name", "upload_source", "s3_bucket",
    "s3_key_original", "etag", "sha256", "declared_content_type", "content_type", "declared_size_bytes",
    "file_size_bytes", "width_px", "height_px", "orientation", "exif_data", "gps_coordinates", "status",
    "uploaded_at", "awaits_event",
]


async def insert(connection, rows):
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([json.dumps(v) if isinstance(v, dict) else v for v in (row[c] for c in COLUMNS)])
    await connection.copy_to_table(
        "photos", source=io.BytesIO(text.getvalue().encode()), columns=COLUMNS, format="csv")


async def main():
    connection = await asyncpg.connect(sys.argv[1])
    for line in sys.stdin:
        with open(line.strip()) as file:
            rows = json.load(file)
        start = time.perf_counter()
        await insert(connection, rows)
        print((time.perf_counter() - start) * 1000, flush=True)


asyncio.run(main())
