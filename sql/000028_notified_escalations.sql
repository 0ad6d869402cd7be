-- People are told of escalations that belong to no open incident, too: a message is about an incident, a common
-- cause, an escalation, or many. Written by lib/store/notifications.ts.
alter table notifications
  -- The key of its row in unified_brain.
  add column escalation text references unified_brain (event_key) on delete cascade,
  -- One message per escalation and channel; claiming leans on this.
  add constraint notifications_escalation_once unique (escalation, channel),
  drop constraint notifications_about_one,
  add constraint notifications_about_one check (num_nonnulls(incident_id, cause_id, escalation) <= 1);

drop index notifications_one_group;

-- One message about many at a time; claiming leans on this.
create unique index notifications_one_group on notifications (channel)
  where incident_id is null and cause_id is null and escalation is null and ended_at is null;

-- Each pass asks for those of the last day.
create index unified_brain_escalations on unified_brain (executed_at desc)
  where action_type = 'escalation';
