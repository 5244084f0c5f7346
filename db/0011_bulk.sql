-- Thousands of photos at a time: where their rows are staged, what became of each, and lighter timelines and jobs.

-- Rows of photo_events and outbox come from statements that hold the row of their photo, so that a reference proves
-- nothing and costs as much as the row itself. What it did on deletion is done here, once for each statement.
alter table photo_events drop constraint if exists photo_events_photo_id_fkey;
alter table outbox drop constraint if exists outbox_photo_id_fkey;

create or replace function remove_with_photos() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  delete from photo_events e using gone g where e.photo_id = g.id;
  delete from outbox o using gone g where o.photo_id = g.id;
  return null;
end $$;

drop trigger if exists remove_with_photos on photos;
create trigger remove_with_photos after delete on photos
  referencing old table as gone for each statement execute function remove_with_photos();

alter table photos
  -- The batch that brought it, whose count of stored rows is the number of these.
  add column if not exists bulk_id uuid,
  drop constraint if exists photos_upload_source_check,
  add constraint photos_upload_source_check
    check (upload_source in ('ticket', 'multipart', 'uppy', 'external', 'bulk'));

create index if not exists photos_bulk on photos (bulk_id) where bulk_id is not null;

-- One index finds a photo's timeline in its order, and is the key.
do $$
begin
  if (select indnatts = 1 from pg_index where indrelid = 'photo_events'::regclass and indisprimary) then
    alter table photo_events drop constraint photo_events_pkey, add primary key (photo_id, id);
    drop index photo_events_photo;
  end if;
end $$;

-- Besides jobs of detectors: objects that are to be read, of which a row names up to twenty.
alter table outbox
  -- Null: what the rows of the photos say, when the message is sent.
  alter column message drop not null,
  -- Of a look, which belongs to no photo alone.
  add column if not exists photo_ids uuid[],
  drop constraint if exists outbox_queue_check,
  add constraint outbox_queue_check check (queue in ('detection', 'look'));

grant delete on outbox to photolambda_worker;

-- Rows between COPY and their tables: COPY cannot write to a table under row-level security, and a temporary table
-- would hold a pooled connection. A row lives for one transaction. No checks: the tables have them.
create unlogged table if not exists ingest_staging (
  -- Of one transaction.
  staging_id uuid not null,
  position integer not null,
  id uuid not null,
  organization_id text,
  project_id uuid,
  uploaded_by_user_id text,
  session_id text,
  kind text,
  file_name text,
  s3_bucket text,
  s3_key text collate "C",
  etag text,
  version_id text,
  sha256 bytea,
  content_type text,
  file_size_bytes bigint,
  width_px integer,
  height_px integer,
  display_width_px integer,
  display_height_px integer,
  orientation smallint,
  duration_ms bigint,
  bitrate_bps integer,
  sample_rate_hz integer,
  channels smallint,
  exif_data jsonb,
  gps_coordinates jsonb,
  taken_at timestamp,
  taken_at_offset_minutes smallint,
  taken_at_source text,
  detection_types text[],
  priority text,
  correlation_id text,
  bulk_id uuid,
  uploaded_at timestamptz,
  -- Null: the object is still to be read. 0: what is known of it was told.
  extractor_version integer
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 2000000000);

create index if not exists ingest_staging_rows on ingest_staging (staging_id, position);
grant select, insert, delete on ingest_staging to photolambda_worker;

-- What somebody asked for in one go, which may be many messages.
create table if not exists ingest_batches (
  id uuid primary key,
  organization_id text not null,
  requested_by text,
  source text not null check (source in ('api', 'backfill', 'redrive')),
  -- Null until it is known.
  total bigint check (total >= 0),
  -- SHA-256 of the request that came with an Idempotency-Key.
  request_hash bytea check (octet_length(request_hash) = 32),
  created_at timestamptz not null default now()
);

-- Its messages that were dealt with: every row of them is stored, was there, or was rejected.
create table if not exists ingest_parts (
  batch_id uuid not null,
  part integer not null check (part >= 0),
  organization_id text not null,
  rows integer not null check (rows >= 0),
  finished_at timestamptz not null default now(),
  primary key (batch_id, part)
);

-- Rows that cannot be stored, and messages that cannot be read.
create table if not exists ingest_rejects (
  id bigint generated always as identity primary key,
  -- Null where the message does not tell.
  organization_id text,
  batch_id uuid,
  part integer,
  message_id text not null,
  -- Counted from 0 in the message; -1: the message as a whole.
  row_number integer not null,
  sqlstate text not null check (char_length(sqlstate) = 5),
  -- Of the descriptor, by its path.
  field text,
  reason text not null,
  -- As it came; U+FFFD stands for what PostgreSQL has no text for.
  row text not null,
  created_at timestamptz not null default now(),
  redriven_at timestamptz
);

-- A message that comes again is rejected once: by its place in its batch, where it has one.
create unique index if not exists ingest_rejects_part on ingest_rejects (batch_id, part, row_number)
  where batch_id is not null;
create unique index if not exists ingest_rejects_message on ingest_rejects (message_id, row_number)
  where batch_id is null;
create index if not exists ingest_rejects_created on ingest_rejects (created_at);

do $$
declare
  t text;
begin
  foreach t in array array['ingest_batches', 'ingest_parts', 'ingest_rejects'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('drop policy if exists tenant on %I', t);
    execute format(
      'create policy tenant on %I using (organization_id = photolambda_organization()) '
      'with check (organization_id = photolambda_organization())', t);
    execute format('drop policy if exists worker on %I', t);
    execute format('create policy worker on %I to photolambda_worker using (true) with check (true)', t);
  end loop;
end $$;

grant select, insert on ingest_batches to photolambda_api;
grant select on ingest_parts, ingest_rejects to photolambda_api;
grant select, insert, update, delete on ingest_batches, ingest_parts, ingest_rejects to photolambda_worker;
