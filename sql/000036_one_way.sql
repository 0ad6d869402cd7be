-- Why nothing from before a deployment can run any more: its schema has moved on, say. Null where it can.
alter table deployments add column one_way text;

-- A rollback looks for the newest.
create index deployments_one_way on deployments (component_id, started_at desc)
  where one_way is not null;
