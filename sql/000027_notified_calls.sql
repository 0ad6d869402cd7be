-- What people were drawn to by each message: that it is critical, needs a person, or asks for a yes.
-- Written by lib/store/notification-ends.ts.
alter table notifications add column called_for text[] not null default '{}';

-- Of what was told before, nobody is drawn to it a second time.
update notifications
set called_for = array_remove(
  array[
    case when incidents.severity = 'critical' then 'critical' end,
    case when incidents.needs_person then 'person' end,
    'asks:' || notifications.asks::text
  ], null)
from incidents
where incidents.id = notifications.incident_id
and notifications.shape is not null
and notifications.ended_at is null;
