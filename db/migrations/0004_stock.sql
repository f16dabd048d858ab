create table warehouse (
  id text primary key,
  code text not null unique,
  name_text text not null,
  country text not null,
  time_zone text not null,
  sells boolean not null,
  created_at bigint not null
);

create table lot (
  id text primary key,
  sku_id text not null,
  code text not null,
  produced_on text not null,
  best_before text not null,
  created_at bigint not null,
  unique (sku_id, code)
);

-- What lies where. on_hand and reserved are the sums of the movements and movements is
-- their number, all kept in the same transaction; stock.Verify recomputes them. A held
-- balance neither sells nor ships. sku_id and best_before repeat the lot's for speed.
create table balance (
  lot_id text not null references lot (id),
  warehouse_id text not null references warehouse (id),
  sku_id text not null,
  best_before text not null,
  on_hand bigint not null check (on_hand >= 0),
  reserved bigint not null check (reserved >= 0),
  held boolean not null,
  movements bigint not null check (movements >= 0),
  primary key (lot_id, warehouse_id),
  check (reserved <= on_hand)
);
create index balance_sku on balance (sku_id, best_before);

-- Movements are the truth and are only ever added. Those of one balance are numbered from 1
-- without gaps, in the order in which they changed it, so a missing one shows. The two
-- sides of a transfer name each other. There are no foreign keys on this table nor on
-- reservation, where every order passes: stock.Verify finds what they would have refused.
create table movement (
  lot_id text not null,
  warehouse_id text not null,
  number bigint not null,
  kind text not null check (kind in ('receive', 'reserve', 'release', 'take', 'return', 'adjust', 'transfer_out', 'transfer_in', 'write_off', 'hold', 'unhold')),
  on_hand_change bigint not null,
  reserved_change bigint not null,
  pair_warehouse_id text not null,
  pair_number bigint not null,
  cause text not null,
  note text not null,
  actor text not null,
  moved_at bigint not null,
  primary key (lot_id, warehouse_id, number)
);

-- expires_at is null once the order is paid. holders and counts_until say in which counts
-- the reservation stands: unpaid_hold while unpaid, buyer_take until that moment.
create table reservation (
  order_id text not null,
  number bigint not null,
  line bigint not null,
  sku_id text not null,
  lot_id text not null,
  warehouse_id text not null,
  quantity bigint not null check (quantity > 0),
  returned bigint not null check (returned >= 0 and returned <= quantity),
  state text not null check (state in ('active', 'taken', 'released')),
  channel text not null,
  buyer text not null,
  holders text not null,
  counts_until bigint,
  expires_at bigint,
  created_at bigint not null,
  ended_at bigint,
  primary key (order_id, number)
);
create index reservation_expiry on reservation (expires_at) where state = 'active' and expires_at is not null;

-- How a channel sells: how fresh goods must be, how much one buyer may take in a running
-- window, how much one holder may leave unpaid. The row of sku_id '' is the channel's
-- default; null is "not stated here", 0 units or orders is "no limit".
create table sale_rule (
  channel text not null,
  sku_id text not null,
  min_days bigint check (min_days >= 0),
  buyer_quantity bigint check (buyer_quantity >= 0),
  buyer_window_us bigint check (buyer_window_us >= 0),
  unpaid_orders bigint check (unpaid_orders >= 0),
  unpaid_units bigint check (unpaid_units >= 0),
  primary key (channel, sku_id)
);

-- What a buyer took of a limited SKU: a JSON list of order, quantity and the moment until
-- which it counts. A row is written only over the version it was read at.
create table buyer_take (
  channel text not null,
  sku_id text not null,
  buyer text not null,
  takes text not null,
  version bigint not null,
  primary key (channel, sku_id, buyer)
);

-- What a holder has reserved and not paid, on channels with a cap. Versioned as buyer_take.
create table unpaid_hold (
  channel text not null,
  holder text not null,
  orders bigint not null check (orders >= 0),
  units bigint not null check (units >= 0),
  version bigint not null,
  primary key (channel, holder)
);
