-- What the command line needs: keys in the store's order, runs that go on where they stopped, and a name of the
-- installation, so that a plan is not applied to another.

-- The store lists keys by their bytes. The unique index of bucket and key is then in that order too, and the rows of a
-- bucket can be read along with its listing, a page at a time.
do $$
begin
  if (select attcollation <> '"C"'::regcollation from pg_attribute
    where attrelid = 'photos'::regclass and attname = 's3_key_original') then
    alter table photos alter column s3_key_original type text collate "C";
  end if;
end $$;

create table if not exists installation (
  id smallint primary key default 1 check (id = 1),
  name uuid not null default gen_random_uuid()
);

insert into installation (id) values (1) on conflict do nothing;
grant select on installation to photolambda_worker;

-- Photos that are read again, in the order of their ids. They are of all organizations, so only workers see the runs.
create table if not exists reprocess_runs (
  id bigint generated always as identity primary key,
  selection text not null check (char_length(selection) <= 200),
  -- All up to here were dealt with.
  after_id uuid not null default '00000000-0000-0000-0000-000000000000',
  total bigint not null,
  done bigint not null default 0,
  not_done bigint not null default 0,
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz
);

create unique index if not exists reprocess_runs_open on reprocess_runs (selection) where finished_at is null;
grant select, insert, update, delete on reprocess_runs to photolambda_worker;
