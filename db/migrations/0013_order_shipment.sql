-- Until when a paid order is to be with its carrier, 0 as long as it was not paid. How long
-- that is stands in ship_rule by channel; the row of channel '' is for all others.
alter table sale_order add column ship_by bigint not null default 0;
update sale_order set ship_by = updated_at + 172800000000 where state = 'paid';
create table ship_rule (
  channel text primary key,
  within_us bigint not null check (within_us > 0)
);

-- The lists of orders: each filter that leaves few of many has its index.
create index sale_order_ship_by on sale_order (ship_by, id) where state = 'paid';
create index sale_order_channel on sale_order (channel, id);
create index sale_order_channel_state on sale_order (channel, state, id);
create index sale_order_external on sale_order (external_no);
create index sale_order_simulated on sale_order (id) where simulated;
create index order_line_sku on order_line (sku_id, order_id);

-- What staff wrote about an order, sealed: they write down what shoppers tell them.
create table order_note (
  id text primary key,
  order_id text not null references sale_order (id),
  body bytea not null,
  actor text not null,
  written_at bigint not null
);
create index order_note_order on order_note (order_id, id);

-- A parcel that was not shipped may be unpacked, and then its rows go. carrier and waybill
-- are '' until they are known; a shipped parcel has both.
create table parcel (
  id text primary key,
  order_id text not null references sale_order (id),
  number bigint not null check (number > 0),
  state text not null check (state in ('packed', 'shipped', 'delivered')),
  carrier text not null,
  waybill text not null,
  weight_g bigint not null check (weight_g >= 0),
  packed_by text not null,
  packed_at bigint not null,
  shipped_at bigint not null default 0,
  delivered_at bigint not null default 0,
  unique (order_id, number),
  check (state = 'packed' or carrier <> '' and waybill <> '' and shipped_at > 0),
  check ((state = 'delivered') = (delivered_at > 0))
);
create unique index parcel_waybill on parcel (waybill, carrier) where waybill <> '';
create index parcel_state on parcel (state, id);
create index parcel_carrier on parcel (carrier, id);

create table parcel_line (
  parcel_id text not null references parcel (id),
  line bigint not null,
  quantity bigint not null check (quantity > 0),
  primary key (parcel_id, line)
);
