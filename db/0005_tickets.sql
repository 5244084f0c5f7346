-- Tickets. One call does all that a ticket takes, in one transaction and one round trip. The functions have their
-- caller's rights, so that row-level security stands beneath the organization that each statement names.

-- A grant at the end of its slot counts for a minute when twelve whole slots after its own do: thirteen in all.
-- Counts of the last minute are all that is lost.
truncate rate_limits;
alter table rate_limits
  drop constraint if exists rate_limits_granted_check,
  add constraint rate_limits_granted_check check (cardinality(granted) = 13);

-- Which of these files are there already?
create index if not exists photos_sha256 on photos (organization_id, sha256) where sha256 is not null;

-- Takes a key for the answer that is given with it. Who comes with a key that another transaction is taking waits
-- for that one's end.
-- Returns the row of an earlier request, or nulls when the key is the caller's now.
create or replace function take_idempotency_key(
  p_organization text, p_user text, p_key text, p_request_hash bytea, p_status smallint, p_location text, p_body bytea)
returns idempotency_keys
language plpgsql as $$
declare
  kept idempotency_keys;
begin
  insert into idempotency_keys as k (
    organization_id, user_id, key, request_hash, status, location, body, created_at, expires_at)
  values (p_organization, p_user, p_key, p_request_hash, p_status, p_location, p_body, now(),
    now() + interval '24 hours')
  on conflict (organization_id, user_id, key) do update
    set request_hash = excluded.request_hash, status = excluded.status, location = excluded.location,
      body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
    where k.expires_at <= now();
  if not found then
    -- A statement of its own sees what was committed while the one before waited.
    select k.* into kept from idempotency_keys k
    where k.organization_id = p_organization and k.user_id = p_user and k.key = p_key;
  end if;
  return kept;
end $$;

-- The counts as they are now: what is older than the window is forgotten. A clock that was put back moves no slot back.
create or replace function slide_rate_limit(p_rate rate_limits) returns rate_limits
language plpgsql as $$
declare
  slot_now bigint;
begin
  -- The time after the wait for the lock: that of the transaction may be seconds old.
  p_rate.updated_at := clock_timestamp();
  slot_now := floor(extract(epoch from p_rate.updated_at) / 5);
  if slot_now > p_rate.slot then
    p_rate.granted := (array_fill(0, array[least(slot_now - p_rate.slot, 13)::integer]) || p_rate.granted)[1:13];
    p_rate.slot := slot_now;
  end if;
  return p_rate;
end $$;

-- Locks the user's row, so that the calls of one user come one after the other.
create or replace function lock_rate_limit(p_organization text, p_user text) returns rate_limits
language plpgsql as $$
declare
  rate rate_limits;
begin
  loop
    select r.* into rate from rate_limits r
    where r.organization_id = p_organization and r.user_id = p_user for update;
    exit when found;
    insert into rate_limits (organization_id, user_id, slot, granted)
    values (p_organization, p_user, 0, array_fill(0, array[13])) on conflict do nothing;
  end loop;
  return slide_rate_limit(rate);
end $$;

-- Seconds until no more than p_budget of the grants count.
create or replace function rate_limit_wait(p_rate rate_limits, p_budget integer) returns integer
language plpgsql immutable as $$
declare
  total integer := 0;
begin
  for i in 1..13 loop
    total := total + p_rate.granted[i];
    if total > p_budget then
      return ceil((p_rate.slot - i + 14) * 5 - extract(epoch from p_rate.updated_at));
    end if;
  end loop;
  return 0;
end $$;

create or replace function store_rate_limit(p_organization text, p_user text, p_rate rate_limits) returns void
language plpgsql as $$
begin
  update rate_limits r set slot = p_rate.slot, granted = p_rate.granted, updated_at = p_rate.updated_at
  where r.organization_id = p_organization and r.user_id = p_user;
end $$;

-- Locks the rows of several users, in the order in which they first stand in p_users: callers that sort them alike
-- never wait for each other in a circle. Gives the rows in that order.
create or replace function lock_rate_limits(p_organization text, p_users text[]) returns rate_limits[]
language plpgsql as $$
declare
  rates rate_limits[];
  rate rate_limits;
  users integer := 0;
begin
  for i in 1..cardinality(p_users) loop
    if i = 1 or p_users[i] <> p_users[i - 1] then
      users := users + 1;
    end if;
  end loop;
  if users = 1 then
    return array[lock_rate_limit(p_organization, p_users[1])];
  end if;

  -- First the rows, then the locks: one that came into being in between would be locked out of its turn. Another round
  -- only if a row that nobody had used for long was removed in between.
  loop
    insert into rate_limits (organization_id, user_id, slot, granted)
    select p_organization, u, 0, array_fill(0, array[13]) from unnest(p_users) as u
    where not exists (select from rate_limits r where r.organization_id = p_organization and r.user_id = u)
    order by array_position(p_users, u) on conflict do nothing;
    rates := '{}';
    for rate in
      select r.* from rate_limits r where r.organization_id = p_organization and r.user_id = any (p_users)
      order by array_position(p_users, r.user_id) for update
    loop
      rates := rates || slide_rate_limit(rate);
    end loop;
    exit when cardinality(rates) = users;
  end loop;
  return rates;
end $$;

-- Gives tickets for 1 to 100 photos: a row and an event for each. The photos of one user stand together and get theirs
-- in order, as far as the user's limit goes.
--
-- p_key, with p_user, p_request_hash, p_status, p_location and p_body: the key of the request and the answer to keep
-- with it. Without a p_body the caller stores one in this transaction; with one there is one photo, and when that gets
-- no ticket, the key is free again.
--
-- Returns a row for each photo, with the outcome 'issued', 'no_project', 'against_policy' (allowed_types or max_bytes
-- says against which) or 'rate_limited'; or one row with what was kept for the key, 'replayed' or 'key_reused'.
-- rate_reset is in seconds: until the limit is free again as a whole, or until it goes as far as a refused photo.
create or replace function issue_tickets(
  p_organization text, p_user text,
  p_key text, p_request_hash bytea, p_status smallint, p_location text, p_body bytea,
  p_bucket text, p_source text, p_upload_id text, p_part_size bigint,
  p_ids uuid[], p_users text[], p_projects uuid[], p_object_keys text[], p_file_names text[], p_types text[],
  p_sizes bigint[], p_hashes bytea[], p_detections text[], p_priorities text[], p_sessions text[],
  p_correlations text[], p_created timestamptz[], p_expires timestamptz[])
returns table (
  outcome text, allowed_types text[], max_bytes bigint, rate_limit integer, rate_remaining integer, rate_reset integer,
  kept_status smallint, kept_location text, kept_body bytea)
language plpgsql
-- Plans for any values are good here, and planning for each call's own would be an eighth of its cost.
set plan_cache_mode = force_generic_plan
as $$
declare
  kept idempotency_keys;
  project projects;
  rates rate_limits[];
  rate rate_limits;
  at integer := 0;
  issued uuid[] := '{}';
  used integer;
  refused integer;
  stored integer;
begin
  if p_key is not null then
    kept := take_idempotency_key(
      p_organization, p_user, p_key, p_request_hash, p_status, p_location, coalesce(p_body, ''));
    if kept.key is not null then
      outcome := case when kept.request_hash = p_request_hash then 'replayed' else 'key_reused' end;
      kept_status := kept.status;
      kept_location := kept.location;
      kept_body := kept.body;
      return next;
      return;
    end if;
  end if;

  for i in 1..cardinality(p_ids) loop
    outcome := null;
    allowed_types := null;
    max_bytes := null;
    rate_limit := null;
    rate_remaining := null;
    rate_reset := null;
    if i = 1 or p_projects[i] <> p_projects[i - 1] then
      select p.* into project from projects p where p.organization_id = p_organization and p.id = p_projects[i];
    end if;
    if project.id is null then
      outcome := 'no_project';
      return next;
      continue;
    end if;

    max_bytes := case
      when p_part_size is not null then project.max_multipart_bytes
      when p_types[i] like 'audio/%' then project.max_audio_bytes
      else project.max_image_bytes end;
    if p_types[i] <> all (project.allowed_types) then
      outcome := 'against_policy';
      allowed_types := project.allowed_types;
    end if;
    if p_sizes[i] > max_bytes then
      outcome := 'against_policy';
    elsif outcome is not null then
      max_bytes := null;
    end if;
    if outcome is not null then
      return next;
      continue;
    end if;

    rates := coalesce(rates, lock_rate_limits(p_organization, p_users));
    if rate.user_id is distinct from p_users[i] then
      if at > 0 then
        rates[at] := rate;
      end if;
      at := at + 1;
      while (rates[at]).user_id <> p_users[i] loop
        at := at + 1;
      end loop;
      rate := rates[at];
      used := 0;
      refused := 0;
      for slot in 1..13 loop
        used := used + rate.granted[slot];
      end loop;
    end if;

    rate_limit := project.upload_urls_per_minute;
    if used < rate_limit then
      outcome := 'issued';
      issued := issued || p_ids[i];
      used := used + 1;
      rate.granted[1] := rate.granted[1] + 1;
      rate_reset := rate_limit_wait(rate, 0);
    elsif exists (select from photos p where p.organization_id = p_organization and p.id = p_ids[i]) then
      -- The first try of a statement whose answer was lost has been here and was counted.
      outcome := 'issued';
      rate_reset := rate_limit_wait(rate, 0);
    else
      outcome := 'rate_limited';
      refused := refused + 1;
      rate_reset := rate_limit_wait(rate, greatest(rate_limit - refused, 0));
    end if;
    rate_remaining := greatest(rate_limit - used, 0);
    return next;
  end loop;

  if issued <> '{}' then
    rates[at] := rate;
    -- An id that is there is the first try's, too.
    with item as (
      select * from unnest(p_ids, p_users, p_projects, p_object_keys, p_file_names, p_types, p_sizes, p_hashes,
        p_detections, p_priorities, p_sessions, p_correlations, p_created, p_expires) as i (id, user_id, project_id,
        object_key, file_name, type, size, hash, detections, priority, session_id, correlation, created, expires)
    ), photo as (
      insert into photos (id, organization_id, project_id, uploaded_by_user_id, session_id, kind, file_name,
        upload_source, correlation_id, s3_bucket, s3_key_original, s3_upload_id, part_size_bytes, sha256,
        declared_content_type, declared_size_bytes, detection_types, priority, created_at, updated_at, expires_at)
      select id, p_organization, project_id, user_id, session_id, split_part(type, '/', 1), file_name,
        p_source, correlation, p_bucket, object_key, p_upload_id, p_part_size, hash,
        type, size, string_to_array(detections, ','), priority, created, created, expires
      from item where id = any (issued)
      on conflict (id) do nothing
      returning id, created_at
    )
    insert into photo_events (photo_id, organization_id, to_status, cause, at)
    select id, p_organization, 'pending_upload', 'ticket issued', created_at from photo;
    get diagnostics stored = row_count;
    -- Nothing stored: all was done, and counted, by the first try.
    if stored > 0 then
      update rate_limits r set slot = n.slot, granted = n.granted, updated_at = n.updated_at
      from unnest(rates) as n where r.organization_id = p_organization and r.user_id = n.user_id;
    end if;
  end if;

  if p_key is not null and p_body is not null and issued = '{}' and outcome <> 'issued' then
    delete from idempotency_keys k
    where k.organization_id = p_organization and k.user_id = p_user and k.key = p_key;
  end if;
end $$;

-- A fresh ticket for a photo that still waits for its object: the row as it is, but for the time it ends.
-- Returns a row with the outcome 'issued', 'no_photo', 'not_pending' or 'rate_limited'.
create or replace function renew_ticket(
  p_organization text, p_user text, p_photo uuid, p_renewed timestamptz, p_expires timestamptz)
returns table (
  outcome text, rate_limit integer, rate_remaining integer, rate_reset integer, project_id uuid, object_key text,
  content_type text, size_bytes bigint, sha256 bytea)
language plpgsql as $$
declare
  photo photos;
  rate rate_limits;
  used integer := 0;
begin
  -- The lock of the limit comes before that of the photo, as when a ticket is issued.
  select r.upload_urls_per_minute into rate_limit
  from photos p join projects r on r.organization_id = p.organization_id and r.id = p.project_id
  where p.organization_id = p_organization and r.organization_id = p_organization and p.id = p_photo;
  if not found then
    outcome := 'no_photo';
    return next;
    return;
  end if;

  rate := lock_rate_limit(p_organization, p_user);
  select p.* into photo from photos p where p.organization_id = p_organization and p.id = p_photo for update;
  for slot in 1..13 loop
    used := used + rate.granted[slot];
  end loop;
  if photo.id is null then
    outcome := 'no_photo';
  elsif photo.status <> 'pending_upload' or photo.part_size_bytes is not null or photo.declared_size_bytes is null then
    outcome := 'not_pending';
  elsif photo.expires_at = p_expires then
    -- The first try of a statement whose answer was lost.
    outcome := 'issued';
  elsif used < rate_limit then
    outcome := 'issued';
    used := used + 1;
    rate.granted[1] := rate.granted[1] + 1;
    update photos p set expires_at = p_expires, updated_at = p_renewed
    where p.organization_id = p_organization and p.id = p_photo;
    perform store_rate_limit(p_organization, p_user, rate);
  else
    outcome := 'rate_limited';
  end if;

  rate_remaining := greatest(rate_limit - used, 0);
  rate_reset := rate_limit_wait(rate, case when outcome = 'rate_limited' then rate_limit - 1 else 0 end);
  project_id := photo.project_id;
  object_key := photo.s3_key_original;
  content_type := photo.declared_content_type;
  size_bytes := photo.declared_size_bytes;
  sha256 := photo.sha256;
  return next;
end $$;

-- A project, unless its key was used before: as for tickets, the key and the answer are kept with it.
-- Returns a row with the outcome 'created', 'no_organization', 'replayed' or 'key_reused'.
create or replace function create_project(
  p_organization text, p_user text,
  p_key text, p_request_hash bytea, p_status smallint, p_location text, p_body bytea,
  p_id uuid, p_name text, p_allowed_types text[], p_max_image_bytes bigint, p_max_audio_bytes bigint,
  p_max_multipart_bytes bigint, p_upload_urls_per_minute integer, p_created timestamptz)
returns table (outcome text, kept_status smallint, kept_location text, kept_body bytea)
language plpgsql as $$
declare
  kept idempotency_keys;
begin
  if not exists (select from organizations o where o.id = p_organization) then
    outcome := 'no_organization';
    return next;
    return;
  end if;

  if p_key is not null then
    kept := take_idempotency_key(p_organization, p_user, p_key, p_request_hash, p_status, p_location, p_body);
    if kept.key is not null then
      outcome := case when kept.request_hash = p_request_hash then 'replayed' else 'key_reused' end;
      kept_status := kept.status;
      kept_location := kept.location;
      kept_body := kept.body;
      return next;
      return;
    end if;
  end if;

  -- The id is new, so a conflict is the row of a first try whose answer was lost.
  insert into projects (id, organization_id, name, allowed_types, max_image_bytes, max_audio_bytes,
    max_multipart_bytes, upload_urls_per_minute, created_at)
  values (p_id, p_organization, p_name, p_allowed_types, p_max_image_bytes, p_max_audio_bytes, p_max_multipart_bytes,
    p_upload_urls_per_minute, p_created)
  on conflict (id) do nothing;
  outcome := 'created';
  return next;
end $$;
