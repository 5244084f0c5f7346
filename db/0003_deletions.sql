-- Photos that were deleted, until their objects are: a row moves here from photos in one statement, so that no read
-- shows it any more, and keeps what the store still has to let go of.

-- Without references: the photo is gone, and the row must not keep a project or an organization.
create table if not exists deletions (
  photo_id uuid primary key,
  organization_id text not null,
  s3_bucket text not null,
  -- The original's stands first.
  s3_keys text[] not null check (cardinality(s3_keys) > 0),
  s3_upload_id text,
  requested_by text,
  requested_at timestamptz not null default now(),
  -- When the sweep may take it: a claim moves it on, so that what a killed sweep had taken comes again.
  due_at timestamptz not null,
  attempts integer not null default 0,
  last_error text,
  finished_at timestamptz
);

create index if not exists deletions_due on deletions (due_at) where finished_at is null;
create index if not exists deletions_finished on deletions (finished_at) where finished_at is not null;

alter table deletions enable row level security;
alter table deletions force row level security;
drop policy if exists tenant on deletions;
create policy tenant on deletions
  using (organization_id = photolambda_organization()) with check (organization_id = photolambda_organization());

-- The sweep also removes what has expired.
do $$
declare
  t text;
begin
  foreach t in array array['deletions', 'idempotency_keys', 'rate_limits'] loop
    execute format('drop policy if exists worker on %I', t);
    execute format('create policy worker on %I to photolambda_worker using (true) with check (true)', t);
  end loop;
end $$;

grant delete on photos to photolambda_api;
grant select, insert, update on deletions to photolambda_api;
grant select, update, delete on deletions to photolambda_worker;
grant select, delete on idempotency_keys, rate_limits to photolambda_worker;
