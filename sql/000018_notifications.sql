-- What people were told of an incident, or of many at once, on each channel: one row, one message.
-- Written by lib/store/notifications.ts. Rows go with their incident; those of groups are few.
create table notifications (
  id uuid primary key,
  channel text not null check (channel in ('slack', 'pagerduty', 'webhook')),
  -- Null for a message about many.
  incident_id uuid references incidents (id) on delete cascade,
  -- Raised by each claim; a write that holds an older one changes nothing.
  token bigint not null default 1,
  claimed_until timestamptz,
  -- Number of what was told, or tried, last: a try that is repeated keeps it.
  seq int not null default 0,
  pending_event text,
  pending_shape text,
  pending_at timestamptz,
  -- When the first try began whose end nobody knows; null when all ends are known.
  unsure_since timestamptz,
  -- Where the message stands outside, such as Slack's channel and ts.
  place jsonb,
  shape text,
  asks uuid,
  told_at timestamptz,
  announced_at timestamptz,
  frozen_at timestamptz,
  snoozed_until timestamptz,
  snoozed_by text,
  refused_shape text,
  failures int not null default 0,
  -- After a failure: when the next try is due.
  retry_at timestamptz,
  error text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  -- One message per incident and channel; claiming leans on this.
  constraint notifications_once unique (channel, incident_id)
);

-- One message about many at a time; claiming leans on this.
create unique index notifications_one_group on notifications (channel)
  where incident_id is null and ended_at is null;

-- Each pass asks for what is not over, and health counts it.
create index notifications_open on notifications (channel) where ended_at is null;

-- Each pass counts what was announced lately.
create index notifications_announced on notifications (announced_at desc);

-- Snoozing finds an incident's messages on all channels.
create index notifications_incident on notifications (incident_id);
