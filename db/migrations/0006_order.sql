-- "order" is a word of SQL, so the table is sale_order. Recipient, phone and address are
-- sealed; phone_key is a keyed hash to find an order by. paid_by is the payment intent that
-- paid the order, '' if none did or the channel was paid.
create table sale_order (
  id text primary key,
  number text not null unique,
  channel text not null,
  shop text not null,
  external_no text not null,
  buyer text not null,
  phone_key text not null,
  ship_to bytea not null,
  lang text not null,
  currency text not null,
  goods_minor bigint not null check (goods_minor >= 0),
  delivery_minor bigint not null check (delivery_minor >= 0),
  tax_minor bigint not null check (tax_minor >= 0),
  total_minor bigint not null check (total_minor >= 0),
  refunded_minor bigint not null check (refunded_minor >= 0),
  state text not null check (state in ('unpaid', 'paid', 'shipped', 'delivered', 'completed', 'expired', 'cancelled', 'parked')),
  reason text not null,
  paid_by text not null,
  simulated boolean not null,
  placed_at bigint not null,
  pay_by bigint,
  updated_at bigint not null,
  unique (channel, shop, external_no),
  check (refunded_minor <= total_minor),
  check (total_minor = goods_minor + delivery_minor + tax_minor)
);
create index sale_order_buyer on sale_order (buyer, id) where buyer <> '';
create index sale_order_state on sale_order (state, id);
create index sale_order_pay_by on sale_order (pay_by) where state = 'unpaid';

-- Prices and names are frozen as sold.
create table order_line (
  order_id text not null references sale_order (id),
  line bigint not null,
  sku_id text not null,
  name text not null,
  quantity bigint not null check (quantity > 0),
  refunded_quantity bigint not null check (refunded_quantity >= 0 and refunded_quantity <= quantity),
  unit_minor bigint not null check (unit_minor >= 0),
  tax_minor bigint not null check (tax_minor >= 0),
  total_minor bigint not null check (total_minor = unit_minor * quantity + tax_minor),
  primary key (order_id, line)
);

-- The life of an order, one row a step, numbered from 1. Rows are only ever added.
create table order_event (
  order_id text not null references sale_order (id),
  number bigint not null,
  step text not null,
  from_state text not null,
  to_state text not null,
  detail text not null,
  actor text not null,
  happened_at bigint not null,
  primary key (order_id, number)
);
