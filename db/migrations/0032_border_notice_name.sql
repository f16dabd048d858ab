-- What a line bore at the border when it was ordered: without tax, its share of freight, and
-- the taxes. From tax_terms (JSON, '' for a line nobody asked about) the tax of fewer units is
-- worked out when some of them go back.
alter table order_line add column value_minor bigint not null default 0;
alter table order_line add column freight_minor bigint not null default 0;
alter table order_line add column duty_minor bigint not null default 0;
alter table order_line add column consumption_minor bigint not null default 0;
alter table order_line add column vat_minor bigint not null default 0;
alter table order_line add column tax_terms text not null default '';

-- What shoppers were told before they ordered, once for all orders that name it. The id is a
-- hash of the words, so that other words are another notice.
create table order_notice (
  id text primary key,
  lang text not null,
  body text not null -- JSON: its sentences
);
-- The notice that the shopper accepted by placing the order, '' for none.
alter table sale_order add column notice text not null default '';

-- What a product is called in a market, in its language, as a second person approved it.
create table market_name (
  product_id text not null references product (id),
  market text not null,
  lang text not null,
  name text not null,
  primary key (product_id, market)
);
