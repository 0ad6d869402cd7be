-- Incidents that have only just closed: what depends on their components is left alone for a while.
create index incidents_closed on incidents (closed_at) where closed_at is not null;
