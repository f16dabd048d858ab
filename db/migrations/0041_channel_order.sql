-- Orders of platforms as they were told last. What came is sealed: it names people.
create table channel_order (
  shop_id text not null references channel_shop (id),
  number text not null, -- the platform's
  order_id text not null, -- ours, '' while it was not taken in
  state text not null,
  word text not null, -- the platform's own word for the state
  placed_at bigint not null,
  modified_at bigint not null,
  counted bigint not null, -- the platform's version, 0 if it counts none
  ship_by bigint, -- null: the platform does not say
  reason text not null, -- why it waits for a person, '' if it does not
  reason_args text not null,
  came bytea not null,
  tried_at bigint not null,
  primary key (shop_id, number)
);
create index channel_order_parked on channel_order (tried_at) where reason <> '';
create index channel_order_ours on channel_order (order_id) where order_id <> '';

-- Which lines of ours a line of a platform's order became.
create table channel_order_line (
  shop_id text not null,
  number text not null,
  line_id text not null, -- the platform's
  ref text not null, -- our unit
  quantity bigint not null, -- of units
  first bigint not null, -- our lines begin with this number
  lines bigint not null, -- and are so many
  primary key (shop_id, number, line_id),
  foreign key (shop_id, number) references channel_order (shop_id, number)
);

-- Up to when we have read what a shop told.
create table channel_cursor (
  shop_id text not null references channel_shop (id),
  what text not null,
  until bigint not null,
  primary key (shop_id, what)
);

-- How many fields of orders were decrypted on a day: platforms bound it.
create table channel_decrypt (
  shop_id text not null references channel_shop (id),
  day text not null,
  fields bigint not null,
  primary key (shop_id, day)
);
