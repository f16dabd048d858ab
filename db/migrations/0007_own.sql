-- The pavilion's own shop: buyers with an account, codes sent to a phone, baskets.
create table buyer (
  id text primary key,
  phone_key text not null unique,
  phone bytea not null,
  created_at bigint not null,
  ended_at bigint
);

create table buyer_address (
  id text primary key,
  buyer_id text not null references buyer (id),
  sealed bytea not null,
  created_at bigint not null
);
create index buyer_address_buyer on buyer_address (buyer_id, id);

create table buyer_code (
  phone_key text primary key,
  code_hash text not null,
  tries bigint not null,
  sent_at bigint not null,
  sent_today bigint not null,
  expires_at bigint not null
);

create table buyer_session (
  secret_hash text primary key,
  buyer_id text not null references buyer (id),
  created_at bigint not null,
  expires_at bigint not null
);
create index buyer_session_buyer on buyer_session (buyer_id);

create table favourite (
  buyer_id text not null references buyer (id),
  product_id text not null,
  created_at bigint not null,
  primary key (buyer_id, product_id)
);

create table basket (
  id text primary key,
  buyer_id text not null,
  updated_at bigint not null
);
create index basket_old on basket (updated_at);
create unique index basket_buyer on basket (buyer_id) where buyer_id <> '';

create table basket_line (
  basket_id text not null references basket (id) on delete cascade,
  sku_id text not null,
  quantity bigint not null check (quantity > 0),
  added_at bigint not null,
  primary key (basket_id, sku_id)
);
