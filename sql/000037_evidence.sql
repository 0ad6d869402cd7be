-- What else a known state has shown: its healthy minutes by load, and the schema of the component's database that it
-- ran with. Written by lib/store/known-states.ts and lib/store/database-schemas.ts.

-- The shapes that the database of a component has had, as Forestall saw them: tables and columns, never a row of them,
-- sealed and named by an HMAC. A row for each change; 20 of one component are kept, of some 10 bytes a column, 5,000
-- columns at most.
create table database_schemas (
  id bigint generated always as identity primary key,
  component_id int not null references components (id) on delete cascade,
  -- Which database: shapes of another one say nothing of it.
  place text not null,
  fingerprint text not null,
  sealed text not null,
  -- When it was seen first; it may have come about since the look before.
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  check (last_seen >= first_seen)
);

-- The newest one, and those before it.
create index database_schemas_newest on database_schemas (component_id, place, first_seen desc, id desc);

alter table known_states
  -- Minutes by the number of a band of load (lib/domain/decide/comparable-load.ts): some ten keys, 55 at most.
  add column load_minutes jsonb not null default '{}' check (jsonb_typeof(load_minutes) = 'object'),
  -- The shape that it has been healthy with; null where nobody has seen that.
  add column schema_id bigint references database_schemas (id) on delete set null;

-- What a forgotten shape was referred to by.
create index known_states_schema on known_states (schema_id) where schema_id is not null;

-- When its schema was looked at last; also after a look that failed.
alter table known_state_looks add column schema_looked_at timestamptz;
