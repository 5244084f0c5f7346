-- Organizations, projects, photos with their timeline, and the outbox of jobs.
--
-- Two roles use these tables: photolambda_api answers HTTP and sees one organization at a time, the one that
-- set_config('photolambda.organization_id', …, true) named in its transaction; photolambda_worker handles the
-- store's events, which name an object and no tenant. Neither owns a table or bypasses row-level security.
-- Roles are made without login: a deployment gives them their passwords.

-- Roles belong to the whole server: another database may have made them, or an administrator, for an owner of the
-- tables who may not make roles.
do $$
declare
  r text;
begin
  foreach r in array array['photolambda_api', 'photolambda_worker'] loop
    if not exists (select from pg_roles where rolname = r) then
      begin
        execute format('create role %I nologin', r);
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
  end loop;
end $$;

-- The identity provider's own id of the organization is the tenant's id here.
create table if not exists organizations (
  id text primary key check (char_length(id) between 1 and 255),
  created_at timestamptz not null default now()
);

create table if not exists projects (
  id uuid primary key,
  organization_id text not null references organizations (id),
  name text not null check (char_length(name) between 1 and 200),
  created_at timestamptz not null default now(),
  unique (organization_id, id)
);

create table if not exists photos (
  id uuid primary key,
  organization_id text not null,
  project_id uuid not null,
  uploaded_by_user_id text,
  session_id text,
  kind text not null default 'image' check (kind in ('image', 'audio')),
  file_name text not null check (char_length(file_name) between 1 and 255),
  upload_source text not null default 'ticket' check (upload_source in ('ticket')),
  correlation_id text,

  s3_bucket text not null,
  s3_key_original text not null,
  s3_key_thumbnail text,
  s3_key_visualization text,
  etag text,
  version_id text,
  sequencer text collate "C",
  sha256 bytea check (octet_length(sha256) = 32),
  declared_content_type text not null,
  declared_size_bytes bigint not null check (declared_size_bytes > 0),
  content_type text,
  file_size_bytes bigint check (file_size_bytes >= 0),

  width_px integer check (width_px > 0),
  height_px integer check (height_px > 0),
  display_width_px integer check (display_width_px > 0),
  display_height_px integer check (display_height_px > 0),
  orientation smallint check (orientation between 1 and 8),
  exif_data jsonb,
  gps_coordinates jsonb,
  -- Local time as the camera wrote it: without the offset it is no instant, and no offset is not UTC.
  taken_at timestamp,
  taken_at_offset_minutes smallint check (taken_at_offset_minutes between -1080 and 1080),
  taken_at_source text,
  extractor_version integer,
  metadata_errors jsonb not null default '[]',

  status text not null default 'pending_upload'
    check (status in ('pending_upload', 'uploaded', 'processing', 'completed', 'failed')),
  failure_reason text,
  detection_types text[] not null default '{}',
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high')),
  detections jsonb,

  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  expires_at timestamptz,
  uploaded_at timestamptz,
  processing_at timestamptz,
  completed_at timestamptz,
  failed_at timestamptz,

  unique (s3_bucket, s3_key_original),
  -- Both columns: a photo cannot stand in another organization's project, whoever writes the row.
  foreign key (organization_id, project_id) references projects (organization_id, id)
);

create index if not exists photos_project on photos (organization_id, project_id, created_at desc, id desc);

-- The timeline: one row for each transition.
create table if not exists photo_events (
  id bigint generated always as identity primary key,
  photo_id uuid not null references photos (id) on delete cascade,
  organization_id text not null,
  from_status text,
  to_status text not null,
  cause text not null,
  detail text,
  at timestamptz not null default now()
);

create index if not exists photo_events_photo on photo_events (photo_id, id);

-- Jobs that are owed to a queue. A row is written with the state that causes it and marked once the queue has it.
create table if not exists outbox (
  job_id uuid primary key,
  photo_id uuid not null references photos (id) on delete cascade,
  organization_id text not null,
  queue text not null check (queue in ('detection')),
  message jsonb not null,
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null default now(),
  published_at timestamptz
);

create index if not exists outbox_photo on outbox (photo_id);
create index if not exists outbox_unpublished on outbox (created_at) where published_at is null;

create or replace function photolambda_organization() returns text
  language sql stable parallel safe
  return current_setting('photolambda.organization_id', true);

alter table organizations enable row level security;
alter table organizations force row level security;
drop policy if exists tenant on organizations;
create policy tenant on organizations
  using (id = photolambda_organization()) with check (id = photolambda_organization());

do $$
declare
  t text;
begin
  foreach t in array array['projects', 'photos', 'photo_events', 'outbox'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('drop policy if exists tenant on %I', t);
    execute format(
      'create policy tenant on %I using (organization_id = photolambda_organization()) '
      'with check (organization_id = photolambda_organization())', t);
  end loop;
  foreach t in array array['photos', 'photo_events', 'outbox'] loop
    execute format('drop policy if exists worker on %I', t);
    execute format('create policy worker on %I to photolambda_worker using (true) with check (true)', t);
  end loop;
end $$;

do $$
begin
  execute format('grant usage on schema %I to photolambda_api, photolambda_worker', current_schema());
end $$;

grant select on organizations to photolambda_api;
grant select, insert, update (name) on projects to photolambda_api;
grant select, insert, update on photos to photolambda_api;
grant select, insert on photo_events to photolambda_api;
grant select, update on photos to photolambda_worker;
grant insert on photo_events to photolambda_worker;
grant select, insert, update on outbox to photolambda_worker;
