import type pg from 'pg';

/** Register components by their number, without anything to act with. */
export async function addComponents(client: pg.Client, components: number): Promise<void> {
  await client.query(
    `insert into components (name) select 'component-' || n from generate_series(1, $1::int) as n`,
    [components],
  );
}

/**
 * Give every component a sample a minute, over some minutes that end at an instant.
 *
 * Of a hundred components 96 are well, with noise; two leak memory, one answers errors, one is silent.
 */
export async function addMinutes(client: pg.Client, endAt: Date, minutes: number): Promise<void> {
  await client.query(
    `insert into metric_samples (
      component_id, instance_id, at, cpu_usage, memory_usage, error_rate, latency_ms)
    select
      id, 0, $1::timestamptz - make_interval(mins => ago),
      35 + id % 20 + 6 * random(),
      case when id % 100 in (1, 2)
        then least(96, 80 + 12 * (1 - ago / 60.0) + random()) else 50 + id % 20 + 3 * random() end,
      case when id % 100 = 3 then 0.1 + 0.1 * random() else 0.005 * random() end,
      180 + id % 50 + 40 * random()
    from components, generate_series($2::int - 1, 0, -1) as ago
    where id % 100 <> 4 or ago > 20
    order by id, ago desc`,
    [endAt.toISOString(), minutes],
  );
}
