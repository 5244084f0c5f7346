-- What the HTTP API needs beyond a photo's row: policies of projects, uploads in parts, idempotency keys, rate limits.

-- A project's policy. The checks are what any project may ask for; the defaults are what one gets that asks for nothing.
alter table projects
  add column if not exists allowed_types text[] not null default '{image/jpeg,image/png}'
    check (cardinality(allowed_types) between 1 and 16),
  add column if not exists max_image_bytes bigint not null default 52428800
    check (max_image_bytes between 1024 and 524288000),
  add column if not exists max_audio_bytes bigint not null default 104857600
    check (max_audio_bytes between 1024 and 524288000),
  add column if not exists max_multipart_bytes bigint not null default 524288000
    check (max_multipart_bytes between 1024 and 5368709120),
  add column if not exists upload_urls_per_minute integer not null default 100
    check (upload_urls_per_minute between 1 and 100000);

grant update (name, allowed_types, max_image_bytes, max_audio_bytes, max_multipart_bytes, upload_urls_per_minute)
  on projects to photolambda_api;

-- The store's name of an upload in parts, while there is one, and the size that each part but the last must have.
-- A client that uploads by another protocol does not tell the size beforehand: then the policy's limit is the ticket's.
alter table photos
  add column if not exists s3_upload_id text,
  add column if not exists part_size_bytes bigint check (part_size_bytes > 0),
  alter column declared_size_bytes drop not null,
  drop constraint if exists photos_upload_source_check,
  add constraint photos_upload_source_check check (upload_source in ('ticket', 'multipart', 'uppy'));

-- The answer that a request with an Idempotency-Key got, for those that come again with the same key.
create table if not exists idempotency_keys (
  organization_id text not null,
  user_id text not null,
  key text not null check (char_length(key) between 1 and 255),
  -- SHA-256 of method, path and body.
  request_hash bytea not null check (octet_length(request_hash) = 32),
  status smallint not null,
  location text,
  body bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (organization_id, user_id, key)
);

create index if not exists idempotency_keys_expiry on idempotency_keys (expires_at);

-- How many upload URLs a user got lately: one row each, changed in place, and no loss when a crash empties the table.
create unlogged table if not exists rate_limits (
  organization_id text not null,
  user_id text not null,
  -- The number of the newest slot of five seconds since 1970, and the grants in it and the eleven before it.
  slot bigint not null,
  granted integer[] not null check (cardinality(granted) = 12),
  updated_at timestamptz not null default now(),
  primary key (organization_id, user_id)
) with (fillfactor = 50);

do $$
declare
  t text;
begin
  foreach t in array array['idempotency_keys', 'rate_limits'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('drop policy if exists tenant on %I', t);
    execute format(
      'create policy tenant on %I using (organization_id = photolambda_organization()) '
      'with check (organization_id = photolambda_organization())', t);
  end loop;
end $$;

grant select, insert, update, delete on idempotency_keys to photolambda_api;
grant select, insert, update on rate_limits to photolambda_api;
