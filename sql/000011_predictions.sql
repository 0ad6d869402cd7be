-- What was predicted, and what came of it: what calibration learns from and insights measure.
-- Written by lib/store/predictions.ts and lib/store/outcomes.ts. Every alarm when it is raised and each
-- hour while it lasts, and one in 200 quiet assessments: about 200 bytes a row, so that 100 components
-- swept each minute make 720 rows, 0.15 MB a day. Older than the retention (90 days) are deleted daily.
create table predictions (
  id bigint generated always as identity primary key,
  component_id int not null references components (id) on delete cascade,
  -- The second in which the sweep's interval began: a sweep that is repeated writes nothing twice.
  at timestamptz not null,
  kind text not null check (kind in ('alarm', 'quiet')),
  -- The share of such assessments that is kept: a row stands for 1 / share of them.
  share real not null check (share > 0 and share <= 1),
  level text check (level in ('critical', 'high', 'medium')),
  -- Probabilities within 1, 6 and 24 horizons: the predictor's own, and calibrated.
  raw_1h real not null check (raw_1h between 0 and 1),
  raw_6h real not null check (raw_6h between 0 and 1),
  raw_24h real not null check (raw_24h between 0 and 1),
  p_1h real not null check (p_1h between 0 and 1),
  p_6h real not null check (p_6h between 0 and 1),
  p_24h real not null check (p_24h between 0 and 1),
  -- Length of the nearest horizon then, seconds.
  horizon_s real not null check (horizon_s > 0),
  -- Seconds until the failure; null when none was in sight.
  ttf_low_s real,
  ttf_likely_s real,
  ttf_high_s real,
  -- The version of the calibration, 0 for none, and the predictor.
  calibration int not null,
  model text not null,
  -- The first action of ours within the farthest horizon.
  recovery_id uuid references recoveries (id),
  labelled_at timestamptz,
  constraint predictions_once unique (component_id, at),
  check ((kind = 'alarm') = (level is not null))
);

-- The daily labelling takes the oldest that wait.
create index predictions_unlabelled on predictions (at) where labelled_at is null;

-- Learning and insights read the newest of each kind; retention deletes the oldest.
create index predictions_newest on predictions (kind, at desc);

create table outcomes (
  prediction_id bigint primary key references predictions (id) on delete cascade,
  -- 1 failed within the horizon, 0 did not; null is censored: acted on, or not seen for so long.
  failed_1h smallint check (failed_1h in (0, 1)),
  failed_6h smallint check (failed_6h in (0, 1)),
  failed_24h smallint check (failed_24h in (0, 1)),
  -- Who said so; null where nothing is known.
  labelled_by text check (labelled_by in ('slo', 'incident', 'person', 'survived')),
  failed_at timestamptz,
  acted_at timestamptz,
  at timestamptz not null default now()
);

-- Labelling asks for the incidents of one component.
create index incidents_component on incidents (component_id, opened_at desc);
