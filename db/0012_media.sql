-- Media that modules of the team store, pictures that are made of photos, and what is published to a CDN.

alter table projects
  -- Pixels of the longer side of each thumbnail; none: the one that the camera embedded, if any.
  add column if not exists thumbnail_sizes integer[] not null default '{}'
    check (cardinality(thumbnail_sizes) <= 4 and 16 <= all (thumbnail_sizes) and 2048 >= all (thumbnail_sizes)),
  add column if not exists publish_to_cdn boolean not null default false,
  -- Who may read what belongs to no user.
  add column if not exists system_media text not null default 'organization'
    check (system_media in ('organization', 'everyone'));

grant update (thumbnail_sizes, publish_to_cdn, system_media) on projects to photolambda_api;

alter table photos
  -- Of what was made of the original: thumbnails and the copy without positions. Null: the original's.
  add column if not exists s3_bucket_derived text,
  add column if not exists s3_bucket_visualization text,
  -- [{"key", "width", "height", "mime_type"}], smallest first.
  add column if not exists thumbnails jsonb,
  -- Of all thumbnails that were ever made of any version of it, and that are to go with it.
  add column if not exists s3_keys_made text[] not null default '{}',
  add column if not exists transcript text check (char_length(transcript) <= 1000000),
  -- Where the CDN serves it. Null: it does not, and the store's links are the best there are.
  add column if not exists cdn_url text,
  add column if not exists cdn_asset_id uuid,
  -- Why it is not on the CDN.
  add column if not exists cdn_error text,
  add column if not exists cdn_attempts smallint not null default 0,
  -- It is to be published: when the sweep asks for that again.
  add column if not exists cdn_due_at timestamptz,
  drop constraint if exists photos_upload_source_check,
  add constraint photos_upload_source_check
    check (upload_source in ('ticket', 'multipart', 'uppy', 'external', 'bulk', 'service'));

create index if not exists photos_cdn_due on photos (cdn_due_at) where cdn_due_at is not null;
create index if not exists photos_cdn_asset on photos (cdn_asset_id) where cdn_asset_id is not null;

-- An object is one photo's visualization.
create unique index if not exists photos_visualization on photos (s3_bucket_visualization, s3_key_visualization)
  where s3_key_visualization is not null;

grant delete on photos to photolambda_worker;
grant insert on deletions to photolambda_worker;

-- The bucket of each key; null: all are in s3_bucket.
alter table deletions
  add column if not exists s3_buckets text[],
  drop constraint if exists deletions_s3_buckets_check,
  add constraint deletions_s3_buckets_check check (cardinality(s3_buckets) = cardinality(s3_keys));

create or replace function buckets_of(d deletions) returns text[]
  language sql immutable
  return coalesce(d.s3_buckets, array_fill(d.s3_bucket, array[cardinality(d.s3_keys)]));

-- What a CDN has of an organization's photos. Photos of one content share an asset.
create table if not exists cdn_assets (
  id uuid primary key,
  organization_id text not null,
  provider text not null check (provider in ('imagekit', 'cloudfront')),
  -- Of the original, or of its copy without positions.
  variant text not null check (variant in ('original', 'public')),
  -- What the content is known by: its SHA-256, or else ETag and size.
  content text not null,
  -- publishing: claimed until due_at. deleting: no photo is left, and the CDN is asked to forget it at due_at.
  status text not null default 'publishing' check (status in ('publishing', 'published', 'deleting')),
  -- The provider's id of it, which is not known while an answer is missing.
  file_id text,
  url text,
  due_at timestamptz not null,
  attempts smallint not null default 0,
  last_error text,
  created_at timestamptz not null default now(),
  published_at timestamptz
);

create unique index if not exists cdn_assets_content on cdn_assets (organization_id, provider, variant, content)
  where status <> 'deleting';
create index if not exists cdn_assets_deleting on cdn_assets (due_at) where status = 'deleting';

alter table cdn_assets enable row level security;
alter table cdn_assets force row level security;
drop policy if exists tenant on cdn_assets;
create policy tenant on cdn_assets
  using (organization_id = photolambda_organization()) with check (organization_id = photolambda_organization());
drop policy if exists worker on cdn_assets;
create policy worker on cdn_assets to photolambda_worker using (true) with check (true);
grant select, update on cdn_assets to photolambda_api;
grant select, insert, update, delete on cdn_assets to photolambda_worker;

-- An asset goes with the last of its photos. The lock first: who links a photo to an asset holds it, too, so that a
-- statement after it sees that link.
create or replace function release_cdn_asset() returns trigger
language plpgsql as $$
begin
  perform from cdn_assets a where a.id = old.cdn_asset_id for update;
  update cdn_assets a
  -- While it is published, nobody may delete it: the upload could come after.
  set status = 'deleting', due_at = case when a.status = 'publishing' then a.due_at else now() end
  where a.id = old.cdn_asset_id and a.status <> 'deleting'
    and not exists (select from photos p where p.cdn_asset_id = a.id);
  return null;
end $$;

drop trigger if exists release_cdn_asset on photos;
create trigger release_cdn_asset after delete on photos for each row
  when (old.cdn_asset_id is not null) execute function release_cdn_asset();
drop trigger if exists exchange_cdn_asset on photos;
create trigger exchange_cdn_asset after update on photos for each row
  when (old.cdn_asset_id is not null and old.cdn_asset_id is distinct from new.cdn_asset_id)
  execute function release_cdn_asset();

-- What was registered in bulk is told of for 30 days.
create index if not exists ingest_parts_finished on ingest_parts (finished_at);
create index if not exists ingest_batches_created on ingest_batches (created_at);

-- Photos that are to be published: {"photo_id"}.
alter table outbox
  drop constraint if exists outbox_queue_check,
  add constraint outbox_queue_check check (queue in ('detection', 'look', 'cdn'));
