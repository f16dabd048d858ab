-- When the units of a lot in a warehouse were last changed, so that who tells platforms about
-- them finds what changed.
alter table balance add column changed_at bigint not null default 0;
create index balance_changed on balance (changed_at);
create index reservation_sku on reservation (sku_id, channel) where state = 'active';

-- What we know of the share of a shop in a unit; see docs/adr/0014.
create table channel_standing (
  shop_id text not null references channel_shop (id),
  ref text not null,
  granted bigint not null check (granted >= 0), -- of a bundle; a plain unit's is its share in the stock
  call_key text not null, -- '' for no correction under way
  call_by bigint not null,
  call_to bigint not null,
  call_over bigint not null,
  call_sent bigint, -- null: never
  offered bigint not null,
  read_at bigint, -- null: never
  draining_since bigint, -- null: it may offer
  set_at bigint, -- null: never
  anew boolean not null,
  beyond bigint not null,
  beyond_since bigint, -- null: none
  wanted bigint not null,
  why text not null, -- the reason for what is wanted
  trouble text not null, -- the reason why the platform refused the last correction, '' if it did not
  looked_at bigint not null, -- when it was last seen to
  version bigint not null,
  primary key (shop_id, ref)
);
create index channel_standing_looked on channel_standing (looked_at);

-- How much of a unit a shop gets; ref '' holds for all units of the shop without their own.
create table channel_policy (
  shop_id text not null references channel_shop (id),
  ref text not null,
  kind text not null check (kind in ('pool', 'fixed', 'percent', 'ring', 'none')),
  quantity bigint not null check (quantity >= 0), -- units; of a percentage, percent
  reserve bigint not null check (reserve >= 0), -- units of a pool that no shop is given
  until bigint, -- of a ring: when it ends
  version bigint not null,
  primary key (shop_id, ref)
);
