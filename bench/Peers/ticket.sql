-- The statements of one ticket, as the API sends them in one round trip. Keep them those of TenantBatch and TicketStore.
\set user random(0, 4999)
\startpipeline
select set_config('photolambda.organization_id', 'bench-0', true);
select outcome, allowed_types, max_bytes, rate_limit, rate_remaining, rate_reset, kept_status, kept_location, kept_body
from issue_tickets('bench-0', null, null, null, 200::smallint, null, null, 'bench-originals', 'ticket', null, null,
  array[gen_random_uuid()], array['user-' || :user], array['00000000-0000-7000-8000-000000000000'::uuid],
  array[gen_random_uuid() || '/2026/03/04/' || gen_random_uuid() || '.jpg'], array['photo.jpg'], array['image/jpeg'],
  array[204800::bigint], array[null::bytea], array[''], array['normal'], array[null::text], array[gen_random_uuid()::text],
  array[now()], array[now() + interval '15 minutes']);
\endpipeline
