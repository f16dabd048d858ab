-- +goose Up
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

-- What lies where. on_hand and reserved are the sums of the movements, kept in the same
-- transaction; stock.Verify recomputes them. held counts for nothing but selling.
create table balance (
  lot_id text not null references lot (id),
  warehouse_id text not null references warehouse (id),
  sku_id text not null,
  best_before text not null,
  on_hand bigint not null check (on_hand >= 0),
  reserved bigint not null check (reserved >= 0),
  held boolean not null,
  primary key (lot_id, warehouse_id),
  check (reserved <= on_hand)
);
create index balance_sku on balance (sku_id, best_before);
create index balance_expiry on balance (best_before) where on_hand > 0;

-- Movements are the truth and are only ever added.
create table movement (
  id text primary key,
  kind text not null check (kind in ('receive', 'reserve', 'release', 'take', 'return', 'adjust', 'transfer_out', 'transfer_in', 'write_off', 'hold', 'unhold')),
  lot_id text not null references lot (id),
  warehouse_id text not null references warehouse (id),
  sku_id text not null,
  on_hand_change bigint not null,
  reserved_change bigint not null,
  cause text not null,
  note text not null,
  actor text not null,
  moved_at bigint not null
);
create index movement_lot on movement (lot_id, warehouse_id, id);
create index movement_cause on movement (cause);

create table reservation (
  id text primary key,
  order_id text not null,
  line bigint not null,
  sku_id text not null,
  lot_id text not null,
  warehouse_id text not null,
  quantity bigint not null check (quantity > 0),
  state text not null check (state in ('active', 'taken', 'released')),
  expires_at bigint,
  created_at bigint not null,
  ended_at bigint,
  foreign key (lot_id, warehouse_id) references balance (lot_id, warehouse_id)
);
create index reservation_order on reservation (order_id);
create index reservation_lot on reservation (lot_id, warehouse_id) where state = 'active';
create index reservation_expiry on reservation (expires_at) where state = 'active' and expires_at is not null;

-- How fresh goods must be to be sold on a channel; sku_id '' is the channel's default.
create table freshness (
  channel text not null,
  sku_id text not null,
  min_days bigint not null check (min_days >= 0),
  primary key (channel, sku_id)
);

-- How much one buyer may take: of a SKU in a running window, and unpaid at one time.
create table buyer_limit (
  channel text not null,
  sku_id text not null,
  quantity bigint not null check (quantity > 0),
  window_s bigint not null check (window_s > 0),
  primary key (channel, sku_id)
);

create table buyer_take (
  channel text not null,
  sku_id text not null,
  buyer text not null,
  window_start bigint not null,
  quantity bigint not null check (quantity >= 0),
  primary key (channel, sku_id, buyer, window_start)
);

-- Unpaid units a buyer or an address holds; the cap is a setting of the channel.
create table unpaid_hold (
  channel text not null,
  holder text not null,
  orders bigint not null check (orders >= 0),
  units bigint not null check (units >= 0),
  primary key (channel, holder)
);
