-- The statements of one ticket, as the API sends them in one round trip. Keep them those of PhotoStore.InsertPending.
\set organization random(0, 99)
\startpipeline
select set_config('photolambda.organization_id', 'bench-' || :organization, true);
with given as (
  select gen_random_uuid() as id, 'bench-' || :organization as organization_id, now() as at,
    ('00000000-0000-7000-8000-' || lpad(:organization::text, 12, '0'))::uuid as project_id
), project as (
  select projects.id, projects.organization_id from projects, given
  where projects.organization_id = given.organization_id and projects.id = given.project_id
), photo as (
  insert into photos (id, organization_id, project_id, uploaded_by_user_id, session_id, file_name,
    correlation_id, s3_bucket, s3_key_original, declared_content_type, declared_size_bytes, sha256,
    detection_types, priority, created_at, updated_at, expires_at)
  select given.id, project.organization_id, project.id, 'user-' || :client_id, null, 'photo.jpg', given.id::text,
    'bench-originals', project.id || '/2026/03/04/' || given.id || '.jpg', 'image/jpeg', 204800, null,
    '{}', 'normal', given.at, given.at, given.at + interval '15 minutes' from project, given
  on conflict (id) do update set correlation_id = excluded.correlation_id
  returning id, organization_id, xmax = 0 as is_new
), event as (
  insert into photo_events (photo_id, organization_id, to_status, cause, at)
  select id, organization_id, 'pending_upload', 'ticket issued', now() from photo where is_new
)
select id from photo;
\endpipeline
