-- What a shop sells under one id of its platform: a SKU, or several together.
create table channel_unit (
  shop_id text not null references channel_shop (id),
  ref text not null, -- our name for it: the id of its SKU, or of the bundle
  listing_id text not null, -- the platform's
  unit_id text not null,
  primary key (shop_id, ref),
  unique (shop_id, listing_id, unit_id)
);
create table channel_unit_part (
  shop_id text not null,
  ref text not null,
  sku_id text not null,
  quantity bigint not null check (quantity > 0),
  primary key (shop_id, ref, sku_id),
  foreign key (shop_id, ref) references channel_unit (shop_id, ref)
);
create index channel_unit_part_sku on channel_unit_part (sku_id);

-- Every request that went out and what was answered, without secrets and personal data. What
-- changes something is written before it is sent, and has no outcome until it is known.
create table channel_call (
  id text not null primary key,
  shop_id text not null references channel_shop (id),
  kind text not null,
  about text not null,
  writes boolean not null,
  at bigint not null,
  took bigint not null, -- microseconds
  request text not null,
  status bigint not null, -- of the answer, 0 for none
  answer text not null,
  outcome text not null -- 'ok', a reason, or '' while nobody knows
);
create index channel_call_shop on channel_call (shop_id, id);
create index channel_call_about on channel_call (shop_id, about, id);
create index channel_call_sweep on channel_call (writes, at);

-- Where nothing goes out that changes something: in a shop, or everywhere for ''.
create table channel_brake (
  shop text not null primary key,
  since bigint not null,
  who text not null,
  why text not null
);
