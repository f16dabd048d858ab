-- What shoppers of platforms want their money back for.
create table channel_return (
  shop_id text not null references channel_shop (id),
  id text not null, -- the platform's
  number text not null, -- of the platform's order
  order_id text not null, -- ours, '' if we have none
  state text not null,
  modified bigint not null,
  due bigint, -- null: the platform decides never for us
  came bytea not null, -- as the platform told it, sealed
  answer text not null, -- what we say to it and the platform has not heard, '' for nothing
  settled boolean not null, -- what was paid back there is paid back here
  received bigint not null, -- units that came back to us
  reason text not null, -- why a person must look, '' if none
  args text not null,
  primary key (shop_id, id)
);
create index channel_return_open on channel_return (state, due, id);
create index channel_return_order on channel_return (order_id) where order_id <> '';
create index channel_return_reason on channel_return (reason, id) where reason <> '';
