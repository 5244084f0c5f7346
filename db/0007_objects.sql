-- What an object turns out to be: every event of the store, content and where it was seen first, sound, policies on
-- what is read, objects that nobody gave a ticket for, and when what waits is looked at again.

-- How far positions are kept, what else is read of a file, and how large a picture may be.
alter table projects
  add column if not exists gps text not null default 'keep' check (gps in ('keep', 'coarsen', 'drop')),
  -- Degrees: coarsened positions are the middles of a grid's squares.
  add column if not exists gps_grid double precision not null default 0.1 check (gps_grid between 0.001 and 10),
  add column if not exists scrub_gps boolean not null default false,
  add column if not exists keep_all_tags boolean not null default false,
  add column if not exists hash_image_data boolean not null default false,
  add column if not exists max_pixels bigint not null default 100000000
    check (max_pixels between 1000000 and 500000000);

grant update (gps, gps_grid, scrub_gps, keep_all_tags, hash_image_data, max_pixels) on projects to photolambda_api;

alter table photos
  add column if not exists duration_ms bigint check (duration_ms >= 0),
  add column if not exists bitrate_bps integer check (bitrate_bps > 0),
  add column if not exists sample_rate_hz integer check (sample_rate_hz > 0),
  add column if not exists channels smallint check (channels > 0),
  -- A copy without positions, which links are made of where the project wants it.
  add column if not exists s3_key_public text,
  -- SHA-256 of the image data alone, which two files with other metadata may share.
  add column if not exists image_sha256 bytea check (octet_length(image_sha256) = 32),
  -- The organization's first photo of the same content; null on that one itself.
  add column if not exists duplicate_of uuid,
  -- The version was found by looking at the store, and its event has not come yet.
  add column if not exists awaits_event boolean not null default false,
  -- Who said that the photo failed: what an object is may be judged again, what a detector reports stays.
  add column if not exists failed_by text check (failed_by in ('inspection', 'removal', 'deadline', 'processor')),
  -- Looks of the sweep at a photo that waits; each is later than the one before.
  add column if not exists looks smallint not null default 0,
  drop constraint if exists photos_upload_source_check,
  add constraint photos_upload_source_check check (upload_source in ('ticket', 'multipart', 'uppy', 'external'));

update photos set failed_by = case when uploaded_at is null then 'inspection' else 'processor' end
where status = 'failed' and failed_by is null;

-- What may have been seen before, first photo first. A single part's ETag stands for its content.
create index if not exists photos_etag on photos (organization_id, etag, id) where etag is not null;
create index if not exists photos_content on photos (organization_id, sha256, id) where sha256 is not null;
create index if not exists photos_image on photos (organization_id, image_sha256, id) where image_sha256 is not null;
drop index if exists photos_sha256;
create index if not exists photos_duplicate on photos (duplicate_of) where duplicate_of is not null;

-- What waits for somebody, longest first.
create index if not exists photos_waiting on photos (status, updated_at)
  where status in ('pending_upload', 'uploaded', 'processing');

-- The organization's first photo with the content of this one: the same SHA-256 or single part's ETag, or the same
-- image data. What failed its inspection, or is gone, has no content.
create or replace function first_of_content(p photos) returns uuid
language plpgsql stable as $$
begin
  if p.uploaded_at is null then
    return null;
  end if;
  return least(
    (select f.id from photos f
      where f.organization_id = p.organization_id and f.etag = p.etag and f.file_size_bytes = p.file_size_bytes
        and strpos(p.etag, '-') = 0 and f.uploaded_at is not null and f.id < p.id order by f.id limit 1),
    (select f.id from photos f
      where f.organization_id = p.organization_id and f.sha256 = p.sha256 and f.uploaded_at is not null
        and f.id < p.id order by f.id limit 1),
    (select f.id from photos f
      where f.organization_id = p.organization_id and f.image_sha256 = p.image_sha256 and f.uploaded_at is not null
        and f.id < p.id order by f.id limit 1));
end $$;

-- The same for a link to it: nobody can delete, remove or replace that photo until this transaction ends, and who did
-- so before is waited for. Who comes later sees the link, and passes it on.
create or replace function lock_first_of_content(p photos) returns uuid
language plpgsql as $$
declare
  first_id uuid;
begin
  loop
    first_id := first_of_content(p);
    perform from photos f where f.id = first_id for key share;
    exit when first_of_content(p) is not distinct from first_id;
  end loop;
  return first_id;
end $$;

-- Links photos whose content changed to the first of that content, and to them what comes after them.
create or replace function link_duplicates(p_ids uuid[]) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  p photos;
  first_id uuid;
begin
  -- Nearly all content is new: those photos are no more than looked up.
  for p in
    select * from photos t where t.id = any (p_ids) and (
      t.duplicate_of is not null
      or exists (select from photos f
        where f.organization_id = t.organization_id and f.etag = t.etag and f.id <> t.id)
      or (t.sha256 is not null and exists (select from photos f
        where f.organization_id = t.organization_id and f.sha256 = t.sha256 and f.id <> t.id))
      or (t.image_sha256 is not null and exists (select from photos f
        where f.organization_id = t.organization_id and f.image_sha256 = t.image_sha256 and f.id <> t.id))
      or exists (select from photos f where f.duplicate_of = t.id))
    order by t.id
  loop
    first_id := lock_first_of_content(p);
    if first_id is distinct from p.duplicate_of then
      update photos set duplicate_of = first_id where id = p.id;
    end if;
    if p.uploaded_at is not null and first_id is null then
      -- It came before those that were seen first: tickets are not used in their order.
      update photos f set duplicate_of = p.id
      where f.organization_id = p.organization_id and f.etag = p.etag and f.file_size_bytes = p.file_size_bytes
        and strpos(p.etag, '-') = 0 and f.uploaded_at is not null and f.id > p.id
        and (f.duplicate_of is null or f.duplicate_of > p.id);
      update photos f set duplicate_of = p.id
      where f.organization_id = p.organization_id and f.sha256 = p.sha256 and f.uploaded_at is not null
        and f.id > p.id and (f.duplicate_of is null or f.duplicate_of > p.id);
      update photos f set duplicate_of = p.id
      where f.organization_id = p.organization_id and f.image_sha256 = p.image_sha256 and f.uploaded_at is not null
        and f.id > p.id and (f.duplicate_of is null or f.duplicate_of > p.id);
    end if;
    -- What followed it, and has another content now than it has.
    update photos f set duplicate_of = lock_first_of_content(f)
    where f.duplicate_of = p.id and first_of_content(f) is distinct from p.id;
  end loop;
end $$;

-- When the first of several photos of one content is deleted, the next is the first.
create or replace function pass_on_first() returns trigger
language plpgsql as $$
begin
  update photos f set duplicate_of = lock_first_of_content(f)
  where f.organization_id = old.organization_id and f.duplicate_of = old.id;
  return null;
end $$;

drop trigger if exists pass_on_first on photos;
create trigger pass_on_first after delete on photos for each row execute function pass_on_first();

-- When a job may be sent (again): a claim moves it on, so that no row is locked while the queue is waited for.
alter table outbox add column if not exists due_at timestamptz not null default now();
create index if not exists outbox_due on outbox (due_at) where published_at is null;
drop index if exists outbox_unpublished;

-- Whose the objects are that another system puts into a bucket.
create table if not exists adoptions (
  s3_bucket text not null,
  -- Of the key; the longest that fits counts.
  key_prefix text not null check (char_length(key_prefix) <= 1024 and not starts_with(key_prefix, 'thumbnails/')
    and not starts_with(key_prefix, 'public/')),
  organization_id text not null,
  project_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (s3_bucket, key_prefix),
  foreign key (organization_id, project_id) references projects (organization_id, id)
);

alter table adoptions enable row level security;
alter table adoptions force row level security;
drop policy if exists tenant on adoptions;
create policy tenant on adoptions
  using (organization_id = photolambda_organization()) with check (organization_id = photolambda_organization());
drop policy if exists worker on adoptions;
create policy worker on adoptions for select to photolambda_worker using (true);
grant select on adoptions to photolambda_worker;

-- Objects that nobody gave a ticket for and no adoption covers. They are no tenant's, so only workers see them.
create table if not exists strays (
  s3_bucket text not null,
  s3_key text not null,
  etag text,
  size_bytes bigint,
  sequencer text collate "C",
  is_removed boolean not null default false,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  primary key (s3_bucket, s3_key)
);

create index if not exists strays_seen on strays (last_seen_at);
grant select, insert, update, delete on strays to photolambda_worker;

-- The deletion that an object belongs to, by its first key.
create index if not exists deletions_original on deletions (s3_bucket, (s3_keys[1]));

-- An adopted object's row is made where the object is read.
grant insert on photos to photolambda_worker;
