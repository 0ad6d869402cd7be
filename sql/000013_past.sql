-- What a component's metrics did before its window: quarter-hour buckets of 32 hours, and levels that were
-- survived. Written by lib/store/component-state.ts when a bucket has closed; null is nothing known, and it
-- builds up again by itself.
alter table component_state add column past jsonb;
