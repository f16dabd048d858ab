-- How a price was explained when somebody set it: the whole sheet, as it was then.
create table price_sheet (
  id text primary key,
  sku_id text not null references sku (id),
  market text not null,
  channel text not null,
  route text not null,
  body text not null,
  made_by text not null,
  made_at bigint not null
);
create index price_sheet_sku on price_sheet (sku_id, channel, id);
