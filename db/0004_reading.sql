-- What reading needs: an index for each filter of the list of photos, and the key that seals cursors.
--
-- The list is newest first, by (created_at, id), or by (taken_at, id) where a range of taken_at is asked for. Each
-- filter, alone and together with a project, finds its rows in that order in one index, reads a page of them and stops:
-- page 1,000 costs what page 1 does. A filter on more than that picks the rows of the best of these indexes.
--
-- Every insert pays for each index, and every change of status that moves a row in one. So there is none that another
-- serves: a range of created_at, and the usual kind and status, are the orders of the organization and of the project
-- (photos_project, 0001); a user or a session has few projects, so that a project is a condition on what its index
-- finds. The others are partial and hold the rows only that one looks for.

-- All photos; a range of created_at; images; completed ones.
create index if not exists photos_organization on photos (organization_id, created_at desc, id desc);

create index if not exists photos_uploader
  on photos (organization_id, uploaded_by_user_id, created_at desc, id desc) where uploaded_by_user_id is not null;

create index if not exists photos_session
  on photos (organization_id, session_id, created_at desc, id desc) where session_id is not null;

-- What waits or failed: a few among many, and the ones that people look for. A row leaves them when it is completed,
-- which nearly all rows are, so they stay small. A project's failures are not found among its organization's: there
-- may be a thousand projects.
create index if not exists photos_unfinished
  on photos (organization_id, status, created_at desc, id desc) where status <> 'completed';
create index if not exists photos_project_unfinished
  on photos (project_id, status, created_at desc, id desc) where status <> 'completed';

-- Audio among photos. Images pay nothing for them.
create index if not exists photos_audio on photos (organization_id, created_at desc, id desc) where kind = 'audio';
create index if not exists photos_project_audio on photos (project_id, created_at desc, id desc) where kind = 'audio';

-- Another order than all the others; a row enters them when its object has been read and tells a time.
create index if not exists photos_taken on photos (organization_id, taken_at desc, id desc) where taken_at is not null;
create index if not exists photos_project_taken on photos (project_id, taken_at desc, id desc) where taken_at is not null;

-- One key for all instances: what one of them sealed, another opens. The two UUIDs have 244 random bits.
create table if not exists cursor_keys (
  id smallint primary key default 1 check (id = 1),
  key bytea not null check (octet_length(key) = 32),
  created_at timestamptz not null default now()
);

insert into cursor_keys (key)
select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
on conflict (id) do nothing;

grant select on cursor_keys to photolambda_api;

-- The API writes a job when a photo is to be processed again, and marks it once the queue has it.
grant select, insert, update on outbox to photolambda_api;
