-- Where goods of one of our categories stand on the platform of a shop, and what is answered
-- to what it asks of them; category '' holds for goods whose own has none. Never changed: a
-- change is a new version.
create table channel_mapping (
  shop_id text not null references channel_shop (id),
  category text not null,
  version bigint not null,
  body text not null,
  saved_by text not null,
  saved_at bigint not null,
  primary key (shop_id, category, version)
);

-- Goods a shop shows on its platform, or shall.
create table channel_listing (
  shop_id text not null references channel_shop (id),
  product_id text not null references product (id),
  wanted boolean not null,
  listing_id text not null, -- the platform's, '' before it has one
  state text not null, -- '' before the platform said any
  next_in_audit boolean not null,
  shelved boolean not null, -- it was on the shelf since it was handed in
  approved bigint not null, -- number of the approved version that was sent, 0 for none
  hash text not null, -- of what was sent last
  body text not null, -- what was sent last, '' for nothing
  sending boolean not null, -- nobody knows yet what became of it
  lacks text not null, -- what keeps it from being sent
  refusals text not null,
  sent_at bigint, -- null: never
  seen_at bigint, -- null: never
  looked_at bigint not null, -- when it was last compared with our goods
  version bigint not null,
  primary key (shop_id, product_id)
);
create index channel_listing_state on channel_listing (shop_id, state, product_id);

-- What a shop's platform calls our pictures.
create table channel_picture (
  shop_id text not null references channel_shop (id),
  picture_id text not null,
  name text not null,
  primary key (shop_id, picture_id)
);
