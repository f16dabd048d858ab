-- A batch is one act on many things: those that were chosen, those a filter matches
-- (picked_to is how far it was read, picked_all that it was read to its end), or those of
-- the batch it is from. actor is who started it: every change is theirs. undoes is the batch
-- that is taken back, undone_by the one that takes this one back.
create table batch (
  id text primary key,
  act text not null,
  actor text not null,
  filter text not null,
  params text not null,
  source text not null check (source in ('chosen', 'filter', 'failed', 'done')),
  from_id text not null,
  undoes text not null,
  undone_by text not null,
  retried_by text not null,
  state text not null check (state in ('running', 'done', 'stopped')),
  undoable boolean not null,
  picked_to text not null,
  picked_all boolean not null,
  total bigint not null check (total >= 0),
  last_seq bigint not null check (last_seq >= 0),
  done bigint not null check (done >= 0),
  failed bigint not null check (failed >= 0),
  created_at bigint not null,
  updated_at bigint not null,
  check (done + failed <= last_seq)
);

-- Its things, in the order of seq. before is what taking the act back needs to know.
create table batch_item (
  batch_id text not null references batch (id),
  item text not null,
  seq bigint not null,
  outcome text not null check (outcome in ('waiting', 'done', 'failed')),
  before text not null,
  reason text not null,
  reason_args text not null,
  primary key (batch_id, item)
);
create index batch_item_outcome on batch_item (batch_id, outcome, seq);
create index job_given_up on job (id) where state = 'given_up';
create index job_kind on job (kind, id);

-- A workbook that was handed in for a producer, and what became of it. step and step_rows
-- say how far the work under way is; report holds the counts as JSON.
create table sheet_import (
  id text primary key,
  producer_id text not null references producer (id),
  file_name text not null,
  size bigint not null,
  sha256 text not null,
  state text not null check (state in ('checking', 'checked', 'handed_in', 'importing', 'imported', 'refused')),
  only_good boolean not null,
  step text not null,
  step_rows bigint not null,
  reason text not null,
  reason_args text not null,
  report text not null,
  created_by text not null,
  created_at bigint not null,
  imported_by text not null,
  updated_at bigint not null
);
create index sheet_import_producer on sheet_import (producer_id, id);

-- Its bytes, in pieces; they go when their time is over, and the rest stays.
create table sheet_import_piece (
  import_id text not null references sheet_import (id),
  seq bigint not null,
  bytes bytea not null,
  primary key (import_id, seq)
);

-- What was found in it, and what it changes in the catalogue.
create table sheet_import_finding (
  import_id text not null references sheet_import (id),
  seq bigint not null,
  severity text not null,
  reason text not null,
  reason_args text not null,
  field text not null,
  sheet text not null,
  row_number bigint not null,
  column_number bigint not null,
  primary key (import_id, seq)
);
create table sheet_import_change (
  import_id text not null references sheet_import (id),
  seq bigint not null,
  row_number bigint not null,
  gtin text not null,
  name_text text not null,
  is_new boolean not null,
  fields text not null,
  primary key (import_id, seq)
);
