-- People are told of common causes, too: a message is about an incident, a common cause, or many incidents.
-- Written by lib/store/notifications.ts.
alter table notifications
  add column cause_id uuid references common_causes (id) on delete cascade,
  add constraint notifications_cause_once unique (channel, cause_id),
  add constraint notifications_about_one check (incident_id is null or cause_id is null);

drop index notifications_one_group;

-- One message about many incidents at a time; claiming leans on this.
create unique index notifications_one_group on notifications (channel)
  where incident_id is null and cause_id is null and ended_at is null;
