-- All that the label of a SKU was made from when a version was approved, so that it stays as it
-- was approved. Rows are only ever added.
create table label_approved (
  variant_id text not null references variant (id),
  number bigint not null, -- of the version
  sku_id text not null,
  facts text not null, -- JSON
  primary key (variant_id, number, sku_id)
);

-- Exchange rates that were fetched and not taken: a person says what becomes of them.
create table rate_held (
  id text primary key,
  from_currency text not null,
  to_currency text not null,
  value text not null,
  source text not null,
  valid_on text not null,
  why text not null check (why in ('far', 'by_hand')),
  held_at bigint not null,
  settled_by text not null, -- '' while it waits
  settled_at bigint not null,
  unique (from_currency, to_currency, valid_on, source, value)
);
create index rate_held_waiting on rate_held (id) where settled_at = 0;
