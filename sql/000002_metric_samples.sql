-- Every accepted sample, partitioned by UTC day so that sweeps stay flat as history grows.
-- About 118 bytes a row: 100 components each minute are 144,000 rows, 17 MB a day. Days older than
-- the retention (7 days) are dropped whole by drop_sample_days().
create table metric_samples (
  component_id int not null,
  -- 0 is the only copy of a sender that names none; no foreign keys here, the table is too hot.
  instance_id int not null,
  at timestamptz not null,
  cpu_usage real,
  memory_usage real,
  error_rate real,
  latency_ms real,
  extra jsonb,
  primary key (component_id, instance_id, at)
) partition by range (at);

-- Makes the partitions of some days. Attached rather than created in place, so that the parent is
-- never locked against readers and writers; one maker at a time.
create function make_sample_days(first_day date, days int) returns int
language plpgsql
set timezone = 'UTC'
as $$
declare
  made int := 0;
  day date;
  part text;
begin
  perform pg_advisory_xact_lock(hashtext('forestall:make_sample_days'));
  for day in select first_day + n from generate_series(0, days - 1) as n loop
    part := 'metric_samples_' || to_char(day, 'YYYYMMDD');
    continue when to_regclass(part) is not null;
    execute format(
      'create table %I (like metric_samples including defaults including indexes)', part);
    execute format(
      'alter table %I add constraint %I check (at >= %L::timestamptz and at < %L::timestamptz)',
      part, part || '_day', day::timestamptz, (day + 1)::timestamptz);
    execute format(
      'alter table metric_samples attach partition %I for values from (%L) to (%L)',
      part, day::timestamptz, (day + 1)::timestamptz);
    made := made + 1;
  end loop;
  return made;
end
$$;

-- Drops the partitions of days before one; answers how many.
create function drop_sample_days(before_day date) returns int
language plpgsql
set timezone = 'UTC'
as $$
declare
  dropped int := 0;
  part text;
begin
  perform pg_advisory_xact_lock(hashtext('forestall:make_sample_days'));
  for part in
    select relname
    from pg_inherits
    join pg_class on pg_class.oid = pg_inherits.inhrelid
    where pg_inherits.inhparent = 'metric_samples'::regclass
    and relname ~ '^metric_samples_[0-9]{8}$'
    and to_date(right(relname, 8), 'YYYYMMDD') < before_day
    order by relname
  loop
    execute format('drop table %I', part);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;

select make_sample_days((now() at time zone 'UTC')::date - 7, 15);
