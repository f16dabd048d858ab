-- Lists of what lies where, of what was moved, and the counting of what is really there.

-- code_key is the code as it is searched for: letters and digits, in lower case. version
-- counts the corrections, so that two people do not correct a lot over each other.
alter table lot add column code_key text collate "C" not null default '';
alter table lot add column version bigint not null default 1;
update lot set code_key = lower(replace(replace(replace(code, ' ', ''), '-', ''), '/', ''));
create index lot_code on lot (code_key, id);

-- Goods that do not expire are listed after all others.
create index balance_date on balance ((case best_before when '' then '9999-12-31' else best_before end), lot_id, warehouse_id) where on_hand > 0;
create index balance_warehouse on balance (warehouse_id, (case best_before when '' then '9999-12-31' else best_before end), lot_id) where on_hand > 0;
create index balance_held on balance ((case best_before when '' then '9999-12-31' else best_before end), lot_id, warehouse_id) where held;
create index balance_empty on balance ((case best_before when '' then '9999-12-31' else best_before end), lot_id, warehouse_id) where on_hand = 0;
create index balance_stocked on balance (sku_id) where on_hand > 0;
create index balance_held_sku on balance (sku_id) where held;

create index reservation_lot on reservation (lot_id, warehouse_id, order_id) where state = 'active';

-- What a lot went through, newest first; and what people did to all lots. Promises and
-- sales, which are as many as the orders, are in the first index only.
create index movement_lot on movement (lot_id, moved_at, warehouse_id, number);
create index movement_hand on movement (moved_at, lot_id, warehouse_id, number) where kind in ('receive', 'return', 'adjust', 'transfer_out', 'transfer_in', 'write_off', 'hold', 'unhold');
create index movement_hand_warehouse on movement (warehouse_id, moved_at, lot_id, number) where kind in ('receive', 'return', 'adjust', 'transfer_out', 'transfer_in', 'write_off', 'hold', 'unhold');
create index movement_hand_actor on movement (actor, moved_at, lot_id, warehouse_id, number) where kind in ('receive', 'return', 'adjust', 'transfer_out', 'transfer_in', 'write_off', 'hold', 'unhold');

-- Said in other words, so that only a list of one kind reads it.
create index movement_kind on movement (kind, moved_at, lot_id, warehouse_id, number) where kind not in ('reserve', 'release', 'take');

-- A count of what lies in a warehouse, or of a part of it.
create table count_sheet (
  id text primary key,
  warehouse_id text not null references warehouse (id),
  sku_id text not null,
  state text not null check (state in ('open', 'posted', 'dropped')),
  note text not null,
  drawn_by text not null,
  drawn_at bigint not null,
  ended_by text not null,
  ended_at bigint
);
create index count_sheet_state on count_sheet (state, id);

-- One lot of a sheet. book is what the books said when the sheet was drawn; found is what a
-- person counted, null until then, and book_then and movements_then are the balance at that
-- moment: the difference is found - book_then, whatever moves later. A lot stands on one
-- open sheet of its warehouse at a time.
create table count_line (
  sheet_id text not null references count_sheet (id),
  number bigint not null,
  lot_id text not null,
  warehouse_id text not null,
  book bigint not null,
  found bigint check (found >= 0),
  book_then bigint not null,
  movements_then bigint not null,
  found_by text not null,
  found_at bigint,
  open boolean not null,
  primary key (sheet_id, number)
);
create unique index count_line_open on count_line (lot_id, warehouse_id) where open;
