-- What shops on platforms may sell without asking. Granted units are not free for anybody else
-- and not reserved for anybody yet.
create table channel_share (
  channel text not null,
  shop text not null,
  sku_id text not null,
  granted bigint not null check (granted >= 0),
  primary key (channel, shop, sku_id)
);
create index channel_share_sku on channel_share (sku_id) where granted > 0;

-- A row for every SKU that has or had stock: whoever promises or grants units of it changes the
-- row first, so that they follow one another.
create table stock_pool (
  sku_id text not null primary key,
  turns bigint not null
);
insert into stock_pool (sku_id, turns) select distinct sku_id, 0 from balance;
