-- Sums of what was sold on a day, so that no page has to add up orders. A row belongs to a
-- subject: everything (kind all, key ''), a category, a producer or a SKU.
create table sales_day (
  kind text not null check (kind in ('all', 'category', 'producer', 'sku')),
  key text not null,
  day text not null,
  channel text not null,
  currency text not null,
  simulated boolean not null,
  orders bigint not null,
  units bigint not null,
  minor bigint not null,
  refunded_units bigint not null,
  refunded_minor bigint not null,
  primary key (kind, key, day, channel, currency, simulated)
);
create index sales_day_day on sales_day (kind, day);

-- What of an order stands in those sums.
create table sales_counted (
  order_id text primary key references sale_order (id),
  day text not null,
  lines text not null
);
create index sales_counted_day on sales_counted (day, order_id);
