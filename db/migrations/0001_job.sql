-- Facts: what happened, written in the transaction in which it happened. fanned says that
-- the jobs that follow from it are made.
create table fact (
  id text primary key,
  kind text not null,
  about text not null,
  body text not null,
  actor text not null,
  happened_at bigint not null,
  fanned boolean not null
);
create index fact_unfanned on fact (id) where not fanned;

-- Jobs: work that follows from a fact, was asked for, or comes round every so often
-- (every_us > 0, in microseconds). again says that it was asked for once more while it ran.
-- lease_owner and attempts together name the attempt under way.
create table job (
  id text primary key,
  kind text not null,
  unique_key text not null,
  about text not null,
  body text not null,
  every_us bigint not null check (every_us >= 0),
  state text not null check (state in ('queued', 'running', 'done', 'parked', 'given_up')),
  again boolean not null,
  run_at bigint not null,
  attempts bigint not null check (attempts >= 0),
  faults bigint not null check (faults >= 0),
  lease_owner text not null,
  lease_until bigint not null,
  reason text not null,
  reason_args text not null,
  last_error text not null,
  created_at bigint not null,
  updated_at bigint not null
);
create unique index job_unique on job (kind, unique_key) where state in ('queued', 'running', 'parked');
create index job_due on job (run_at, id) where state = 'queued';
create index job_lease on job (lease_until) where state = 'running';
create index job_parked on job (id) where state = 'parked';
